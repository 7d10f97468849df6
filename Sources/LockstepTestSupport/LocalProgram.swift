import Subprocess
import SystemPackage

/// A program of this machine, run by a test to its end.
package enum LocalProgram {
    /// What a program printed and how it ended.
    package struct Result: Sendable {
        /// The exit status, or 128 and the number of the signal that ended it, as shells count.
        package var status: Int32
        /// Standard output, byte for byte.
        package var bytes: [UInt8]
        /// Standard error as text.
        package var error: String

        /// Standard output as text.
        package var output: String { String(decoding: bytes, as: UTF8.self) }
    }

    /// Runs a program of a name or path; variables are added to this process's own.
    package static func run(
        _ name: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        input: String = ""
    ) async throws -> Result {
        var variables: [Environment.Key: String?] = [:]
        for (key, value) in environment { variables[Environment.Key(stringLiteral: key)] = .some(value) }
        let result = try await Subprocess.run(
            name.contains("/") ? .path(FilePath(name)) : .name(name),
            arguments: Arguments(arguments),
            environment: .inherit.updating(variables),
            input: .string(input),
            output: .bytes(limit: 16 << 20),
            error: .string(limit: 1 << 20)
        )
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let number): 128 + number
            }
        return Result(status: status, bytes: result.standardOutput, error: result.standardError)
    }

    /// Runs a shell script; its arguments are $1 and so on.
    package static func shell(_ script: String, _ arguments: String...) async throws -> Result {
        try await run("sh", ["-c", script, "sh"] + arguments)
    }
}
