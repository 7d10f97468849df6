import Inventory
import SecureShell

extension SSHRoutes {
    /// Something wrong with the way to a host.
    struct RouteFault: Error {
        /// What is wrong.
        var findings: [Finding]

        init(_ findings: Finding...) { self.findings = findings }

        /// Takes what is wrong with the inventory.
        init(_ errors: InventoryErrors) { findings = errors.errors.map { Finding(.error, $0.diagnostic) } }

        /// Takes what is wrong with an ssh configuration.
        init(_ errors: ClientConfigurationErrors) { findings = errors.errors.map { Finding(.error, $0) } }

        /// What is wrong, in the words that a person reads.
        var text: String { findings.map(\.text).joined(separator: "\n") }
    }
}
