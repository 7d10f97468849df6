import Subprocess
import SystemPackage

extension LocalCommand {
    /// Runs the command to its end; a non-zero status is a result.
    ///
    /// When the task is cancelled or the deadline passes, the program is asked to end, and killed if it does not: an
    /// engine that is asked finishes what it must not leave half-done.
    func run() async throws(LabError) -> LocalResult {
        try await withinDeadline { () async throws -> LocalResult in
            let result = try await Subprocess.run(
                .name(program),
                arguments: Arguments(arguments),
                environment: .inherit.updating(Self.variables(environment)),
                platformOptions: options,
                input: .string(input),
                output: .bytes(limit: Self.mostOutput),
                error: .bytes(limit: Self.mostOutput)
            )
            return LocalResult(
                status: Self.status(result.terminationStatus),
                output: String(decoding: result.standardOutput, as: UTF8.self),
                error: String(decoding: result.standardError, as: UTF8.self)
            )
        }
    }

    /// Runs the command to its end and hands on each line, of both streams, as it comes.
    func run(onLine: @escaping @Sendable (String) -> Void) async throws(LabError) -> LocalResult {
        try await withinDeadline { () async throws -> LocalResult in
            let result = try await Subprocess.run(
                .name(program),
                arguments: Arguments(arguments),
                environment: .inherit.updating(Self.variables(environment)),
                platformOptions: options,
                input: .string(input),
                output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                var last: [String] = []
                for try await line in execution.standardOutput.strings() {
                    let line = line.trimmed
                    onLine(line)
                    last.append(line)
                    if last.count > 40 { last.removeFirst() }
                }
                return last.joined(separator: "\n")
            }
            return LocalResult(
                status: Self.status(result.terminationStatus),
                output: result.closureResult,
                error: ""
            )
        }
    }

    /// Runs the command and takes anything but success for an error.
    func check(_ purpose: String, code: LabError.Code = .toolFailed, hint: String? = nil) async throws(LabError)
        -> LocalResult
    {
        let result = try await run()
        guard result.succeeded else {
            throw LabError(code, "\(purpose) failed (\(text)): \(result.complaint)", hint: hint)
        }
        return result
    }

    private func withinDeadline(
        _ body: @escaping @Sendable () async throws -> LocalResult
    ) async throws(LabError) -> LocalResult {
        do {
            return try await withThrowingTaskGroup(of: LocalResult?.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await body() }
                group.addTask {
                    try await Task.sleep(for: deadline)
                    return nil
                }
                guard let result = try await group.next() ?? nil else {
                    throw LabError(.timedOut, "\(text) did not end within \(deadline)")
                }
                // A program that was asked to end because the task was cancelled has no result worth reading.
                try Task.checkCancellation()
                return result
            }
        } catch let error as LabError {
            throw error
        } catch is CancellationError {
            throw LabError(.cancelled, "\(program) was interrupted")
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw LabError(
                .missingTool,
                "\(program) is not installed",
                hint: "apt-get install \(Self.package(of: program))"
            )
        } catch {
            if Task.isCancelled { throw LabError(.cancelled, "\(program) was interrupted") }
            throw LabError(.toolFailed, "\(text) could not be run: \(error)")
        }
    }

    /// The Debian package that brings a program.
    static func package(of program: String) -> String {
        switch program {
        case "podman": "podman runc netavark iptables"
        case "docker": "docker.io"
        case "ssh", "ssh-keygen": "openssh-client"
        case "unshare": "util-linux"
        default: program
        }
    }

    private static let mostOutput = 16 << 20

    /// The terminal's Ctrl-C reaches only this process, which then ends its programs in its own order.
    private var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: endsChildren, allowedDurationToNextStep: .seconds(10))
        ]
        return options
    }

    private static func variables(_ values: [String: String]) -> [Environment.Key: String?] {
        var variables: [Environment.Key: String?] = [:]
        for (name, value) in values { variables[Environment.Key(stringLiteral: name)] = .some(value) }
        return variables
    }

    private static func status(_ status: TerminationStatus) -> Int32? {
        switch status {
        case .exited(let code): code
        case .signaled: nil
        }
    }
}
