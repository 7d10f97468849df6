package import RemoteHost
import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// This machine as a host: runs commands with a local shell, so that scripts are tested without a network.
///
/// It keeps what a connection promises: output is handed out as it arrives, and later input ends in end of file. A
/// command that is too slow or cancelled is hung up on, and its whole process group is killed if that does not end it
/// within a second. There is no terminal: a command that uses one gets pipes. What a command leaves in the background when it ends by itself is left alone, as on a real host.
package struct LocalShellHost: RemoteHost {
    /// The name that the host goes by in reports.
    package let name: String
    /// Where commands are looked up; `sh` too, so that a directory with another `sh` in it chooses the shell.
    package let searchPath: String?
    /// Where commands start, as in a user's home.
    package let home: String?

    /// Makes a host; without a search path or a home its commands have this process's own.
    package init(name: String = "local", searchPath: String? = nil, home: String? = nil) {
        self.name = name
        self.searchPath = searchPath
        self.home = home
    }

    /// Runs a command line with `/bin/sh -c`, in a session of its own.
    package func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        _ = Self.brokenPipesAreErrors
        let group = ProcessGroup()
        do {
            return try await run(command, in: group, onOutput: onOutput)
        } catch {
            await group.end()
            throw Self.reason(for: error)
        }
    }

    private func run(
        _ command: Command,
        in group: ProcessGroup,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws -> CommandResult {
        let output = CollectedOutput(onOutput)
        let opening = LocalOpening(of: command)
        let result = try await Subprocess.run(
            configuration(for: command),
            input: .inputWriter,
            output: .sequence,
            error: .sequence
        ) { execution in
            group.began(execution.processIdentifier.value)
            try await withThrowingTaskGroup(of: Part.self) { parts in
                parts.addTask {
                    for try await buffer in execution.standardOutput {
                        let bytes = buffer.bytes.withUnsafeBytes { Array($0) }
                        for own in opening.hear(.standardOutput(bytes)) { output.append(own) }
                    }
                    return .output
                }
                parts.addTask {
                    for try await buffer in execution.standardError {
                        let bytes = buffer.bytes.withUnsafeBytes { Array($0) }
                        for own in opening.hear(.standardError(bytes)) { output.append(own) }
                    }
                    return .output
                }
                parts.addTask {
                    await write(command, opening, to: execution.standardInputWriter)
                    return .input
                }
                parts.addTask {
                    try await Task.sleep(for: command.deadline)
                    throw RemoteHostError(.timedOut, "the command took longer than \(command.deadline)")
                }
                // Input that nobody reads, and the deadline, must not outlive the output.
                var openOutputs = 2
                while openOutputs > 0, let part = try await parts.next() {
                    if part == .output { openOutputs -= 1 }
                }
                parts.cancelAll()
            }
        }
        try Task.checkCancellation()
        let whole = output.result(exit: CommandResult.Exit(result.terminationStatus))
        if let failure = opening.failure(of: whole) { throw failure }
        return whole
    }

    private func configuration(for command: Command) -> Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminalClosed, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(200))
        ]
        return Configuration(
            executable: .path("/bin/sh"),
            arguments: ["-c", command.line],
            environment: searchPath.map { .inherit.updating(["PATH": $0]) } ?? .inherit,
            workingDirectory: home.map { FilePath($0) },
            platformOptions: options
        )
    }

    /// A command that ended without reading its input is no failure: its result says what there is to say.
    private func write(_ command: Command, _ opening: LocalOpening, to writer: StandardInputWriter) async {
        do {
            if try await opening.waitForShell(answer: { _ = try await writer.write($0) }) {
                if !command.input.isEmpty { _ = try await writer.write(command.input) }
                if let laterInput = command.laterInput {
                    for await bytes in laterInput { _ = try await writer.write(bytes) }
                }
            }
        } catch {}
        try? await writer.finish()
    }

    private static func reason(for error: any Error) -> RemoteHostError {
        switch error {
        case let error as RemoteHostError: error
        case is CancellationError: RemoteHostError(.cancelled, "the command was cancelled")
        default: RemoteHostError(.connectionLost, "the command could not be run: \(error)")
        }
    }

    /// A pipe whose reader is gone would otherwise end this process; the children get the default back.
    private static let brokenPipesAreErrors: Void = {
        signal(SIGPIPE, SIG_IGN)
        return ()
    }()

    private enum Part { case output, input }
}
