import FleetRunner
import Foundation
import Propagation
import UnixSignals

/// Ctrl-C and its like: the first ends a run in order, the second at once.
enum UserInterrupts {
    /// Runs `body`, and asks `interruption` for an early end when a signal comes meanwhile.
    static func forward<Value: Sendable>(
        to interruption: Interruption,
        during body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in signals {
                    if interruption.isRequested { exit(RunExitCode.interrupted) }
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
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
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
