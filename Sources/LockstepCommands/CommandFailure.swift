import FleetRunner
import INIFile
import Inventory
import Lab
import Playbooks
import SecureShell
import SystemPackage
import TerminalOutput

/// Why a command did not get as far as a run: what is wrong, where, and what to try next.
struct CommandFailure: Error, Sendable, Hashable {
    /// What a person reads, several lines where there are several faults.
    var message: String
    /// The code that the program ends with.
    var exitCode: Int32

    init(_ message: String, hint: String? = nil, exitCode: Int32 = RunExitCode.usage) {
        self.message = message + (hint.map { "\n  hint: \($0)" } ?? "")
        self.exitCode = exitCode
    }

    init(_ errors: InventoryErrors) {
        self.init(errors.errors.map(\.diagnostic.rendered).joined(separator: "\n"))
    }

    init(_ errors: PlaybookErrors) {
        self.init(errors.errors.map(\.description).joined(separator: "\n"))
    }

    init(_ errors: ClientConfigurationErrors) {
        self.init(errors.description)
    }

    init(_ error: LabError) {
        let code = error.code == .invalidRequest ? RunExitCode.usage : RunExitCode.failed
        self.init(error.message, hint: error.hint, exitCode: code)
    }

    /// Prints it to standard error.
    func show() {
        OutputStream.standardError.write("lockstep: \(message)\n")
    }
}
