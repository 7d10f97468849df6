import FleetRunner
import Foundation
import Propagation
import TerminalOutput
import UnixSignals

/// Ctrl-C and its like: the first ends a run in order, the second at once.
enum UserInterrupts {
    /// The signals that end this program, without those that whoever started it wants it to survive: `nohup` lets it
    /// ignore the terminal's end, and a shell lets what it runs in the background ignore the terminal's Ctrl-C.
    ///
    /// Asked for once, before any of them is trapped.
    static let signals = [UnixSignal.sigint, .sigterm, .sighup].filter { !SignalDisposition.isIgnored($0.rawValue) }

    /// Runs `body`, and asks `interruption` for an early end when a signal comes meanwhile. It returns once all that was
    /// printed was read: until then a signal still ends the program.
    static func forward<Value: Sendable>(
        to interruption: Interruption,
        during body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let signals = await UnixSignalsSequence(trapping: signals)
        let isOver = Interruption()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                let value = try await body()
                isOver.request()
                await OutputStream.drainStandardStreams()
                return value
            }
            group.addTask {
                for await _ in signals {
                    if interruption.isRequested || isOver.isRequested { exit(RunExitCode.interrupted) }
                    interruption.request()
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Runs `body`, and cancels it at the first signal; it is waited for, so that it can clean up.
    static func cancel<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let signals = await UnixSignalsSequence(trapping: signals)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in signals { return nil }
                return nil
            }
            while let result = try await group.next() {
                group.cancelAll()
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
