import Subprocess
import SystemPackage

/// A shell of this machine.
enum LocalShell {
    /// Runs a script to its end; what it says to standard error is shown.
    static func run(_ script: String, _ arguments: String...) async throws -> (succeeded: Bool, output: String) {
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(["-c", script, "sh"] + arguments),
            output: .string(limit: 1 << 20),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        )
        return (result.terminationStatus.isSuccess, result.standardOutput)
    }
}
