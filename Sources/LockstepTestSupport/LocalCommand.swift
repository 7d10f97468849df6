import Subprocess

/// Runs a command of this machine that must succeed, and returns its standard output without the last line end.
@discardableResult
package func runLocally(_ name: String, _ arguments: [String]) async throws -> String {
    let result = try await Subprocess.run(
        .name(name),
        arguments: Arguments(arguments),
        output: .string(limit: 1 << 20),
        error: .string(limit: 1 << 20)
    )
    guard result.terminationStatus.isSuccess else {
        throw LocalCommandError(command: [name] + arguments, output: result.standardError)
    }
    let output = result.standardOutput
    return output.hasSuffix("\n") ? String(output.dropLast()) : output
}

/// A command of this machine that a fixture needs, and that failed.
package struct LocalCommandError: Error, CustomStringConvertible {
    /// The command and its arguments.
    package var command: [String]
    /// What it said.
    package var output: String

    /// Tells of a failure.
    package init(command: [String], output: String) {
        self.command = command
        self.output = output
    }

    /// The error in one line.
    package var description: String { "\(command.joined(separator: " ")) failed: \(output)" }
}
