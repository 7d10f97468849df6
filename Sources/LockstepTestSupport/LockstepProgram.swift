import Foundation
import Subprocess
package import SystemPackage

/// The `lockstep` program that was built beside the tests, or the one that `LOCKSTEP_PROGRAM` names.
package enum LockstepProgram {
    /// Where it is.
    package static var path: FilePath {
        FilePath(
            ProcessInfo.processInfo.environment["LOCKSTEP_PROGRAM"]
                ?? FileManager.default.currentDirectoryPath + "/.build/debug/lockstep"
        )
    }

    /// How a run ended: its exit status, or 128 and the number of the signal that ended it.
    package struct End: Sendable {
        /// The status.
        package var status: Int32
        /// What it wrote to standard output and standard error.
        package var output, error: String
    }

    /// Runs it, and lets `body` interrupt it meanwhile, as a person would with Ctrl-C.
    package static func run(
        _ arguments: [String],
        _ body: (_ interrupt: () throws -> Void) async throws -> Void
    ) async throws -> End {
        try await TemporaryDirectory.with { directory in
            let script = "exec \"$0\" \"$@\" >'\(directory["out"])' 2>'\(directory["err"])'"
            let result = try await Subprocess.run(
                .name("sh"),
                arguments: Arguments(["-c", script, path.string] + arguments),
                input: .none,
                output: .discarded,
                error: .discarded
            ) { execution in
                do {
                    try await body { try execution.send(signal: .interrupt) }
                } catch {
                    try? execution.send(signal: .kill)
                    throw error
                }
            }
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let number): 128 + number
                }
            return End(status: status, output: try directory.text("out"), error: try directory.text("err"))
        }
    }
}
