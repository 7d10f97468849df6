import FleetRunner
import Foundation
import Playbooks
import Provisioning
import SecureShell

/// `--install-my-key`: a task in front of all others, that lets this user's public key log in on each host.
struct KeyInstallation {
    /// What knows which key is offered to which host.
    let connector: SSHConnector

    private static let variable = "operator_key"

    /// The hosts with the key of each as a variable.
    func hosts(_ hosts: [RunHost]) async throws -> [RunHost] {
        let comment = "\(NSUserName())@\(ProcessInfo.processInfo.hostName)"
        var completed: [RunHost] = []
        for var host in hosts {
            guard let key = await connector.publicKey(for: host.name) else {
                throw CommandFailure(
                    "--install-my-key: there is no public key to install on \(host.name)",
                    hint: "make a key (ssh-keygen -t ed25519), or name one in the inventory"
                )
            }
            host.host.variables[Self.variable] = "\(key) \(comment)"
            completed.append(host)
        }
        return completed
    }

    /// The playbook with the task.
    func playbook(before playbook: Playbook) throws -> Playbook {
        let text = """
            [Your key may log in]
            hosts  = all
            module = authorized-key
            user   = {{ ansible_user }}
            key    = {{ \(Self.variable) }}
            """
        do {
            let first = try Playbook(
                parsing: text,
                file: "--install-my-key",
                modules: ModuleRegistry(ModuleRegistry.general)
            )
            return Playbook(file: playbook.file, tasks: first.tasks + playbook.tasks)
        } catch {
            throw CommandFailure(error)
        }
    }
}
