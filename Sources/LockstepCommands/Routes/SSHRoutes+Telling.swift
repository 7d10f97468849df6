import INIFile
import Inventory
import SecureShell

extension SSHRoutes {
    /// Tells what is odd in the options of a host.
    func tell(_ options: ClientOptions, _ connection: ConnectionSettings?) {
        for warning in options.warnings { warn(finding(.warning, warning, connection)) }
        if let checking = options.strictHostKeyChecking, checking.value == .off {
            let warning = ClientConfigurationError(
                .withoutEffect,
                at: checking.origin,
                "StrictHostKeyChecking does not turn the checking of host keys off: unknown hosts are refused",
                hint: "accept-new, or --accept-new-host-keys, takes the keys of new hosts and records them"
            )
            warn(finding(.warning, warning, connection))
        }
        let accepts = options.strictHostKeyChecking?.value == .acceptNew || acceptsNewHostKeys
        if accepts, !canRecord(options), let files = options.userKnownHostsFiles {
            let warning = ClientConfigurationError(
                .withoutEffect,
                at: files.origin,
                "new host keys could not be recorded in this UserKnownHostsFile: unknown hosts are refused",
                hint: "name a file that can be written"
            )
            warn(finding(.warning, warning, connection))
        }
    }

    /// A fault, as it is thrown.
    func fault(_ error: ClientConfigurationError, _ connection: ConnectionSettings?) -> RouteFault {
        RouteFault(finding(.error, error, connection))
    }

    /// A fault or a warning; with its line, where that is one of the inventory.
    private func finding(
        _ severity: Finding.Severity,
        _ error: ClientConfigurationError,
        _ connection: ConnectionSettings?
    ) -> Finding {
        let arguments = connection?.arguments.first {
            $0.position.file == error.origin?.file && $0.position.line == error.origin?.line
        }
        guard let arguments else { return Finding(severity, error) }
        let message = "'\(arguments.setting)': \(error.message)"
        return Finding(severity, inventory.diagnostic(at: arguments.position, message, hint: error.hint))
    }
}
