import FleetRunner
import Foundation
import LockstepTestSupport
import Playbooks
import Provisioning
import RemoteHost
import SecureShell
import SystemPackage
import Testing

@testable import LockstepCommands

@Suite("Installing the user's own key")
struct KeyInstallationTests {
    @Test("The key of each host becomes a variable, and a task in front of all others uses it")
    func task() async throws {
        try await TemporaryDirectory.with { directory in
            // Its passphrase is not needed for that.
            let own = try await SSHKeyFile.generate(.ed25519, at: directory.path.appending("own"), passphrase: "x")
            let named = try await SSHKeyFile.generate(.ecdsa, at: directory.path.appending("named"))
            let installation = KeyInstallation(
                connector: try connector(defaults: [directory.path.appending("absent"), own.path], named: named.path)
            )
            let hosts = try await installation.hosts(Self.hosts)
            let keys = hosts.map { $0.host.variables["operator_key"] ?? "" }
            #expect(keys[0].hasPrefix(named.publicKey + " "))
            #expect(keys[1].hasPrefix(own.publicKey + " "))

            let other = try Playbook(
                parsing: "[Other]\nhosts = master\nmodule = package\nname = x\n",
                file: "other.ini",
                modules: ModuleRegistry(ModuleRegistry.general)
            )
            let playbook = try installation.playbook(before: other)
            #expect(playbook.tasks.map(\.title) == ["Your key may log in", "Other"])
            #expect(playbook.instances(for: hosts.map(\.host)).count == 3)
        }
    }

    @Test("Where there is no key to install, the host is named")
    func noKey() async throws {
        let installation = KeyInstallation(connector: try connector(defaults: [], named: "/nonexistent/key"))
        let error = await #expect(throws: CommandFailure.self) { try await installation.hosts(Self.hosts) }
        #expect(error?.message.hasPrefix("--install-my-key: there is no public key to install on hub") == true)
    }

    private static let hosts = ["hub", "edge"].map { name in
        RunHost(
            PlaybookHost(name: name, isMaster: name == "hub", variables: ["ansible_user": "root"]),
            privilege: .none
        )
    }

    private func connector(defaults: [FilePath], named: FilePath) throws -> SSHConnector {
        SSHConnector(
            destinations: [
                SSHDestination(
                    name: "hub",
                    address: "127.0.0.1",
                    user: "root",
                    credentials: SSHCredentials(identityFiles: [named])
                ),
                SSHDestination(name: "edge", address: "127.0.0.1", user: "root"),
            ],
            knownHosts: try KnownHosts(files: []),
            defaultIdentityFiles: defaults
        )
    }
}
