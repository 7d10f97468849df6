import INIFile
import Inventory
import Playbooks
import Provisioning
import RemoteHost
import Synchronization
import SystemPackage

@testable import SecureShell

/// The parsers that read what other people wrote, each with a use of what it has read.
enum FuzzedParser: String, CaseIterable {
    case knownHosts = "known_hosts"
    case privateKey = "private_key"
    case publicKey = "public_key"
    case agentAnswer = "agent_answer"
    case clientConfiguration = "ssh_config"
    case clientArguments = "ssh_arguments"
    case inventory
    case playbook

    /// Reads the bytes; whatever they are, this must return.
    func read(_ bytes: [UInt8]) {
        switch self {
        case .knownHosts: Self.readKnownHosts(bytes)
        case .privateKey: Self.readPrivateKey(bytes)
        case .publicKey: Self.readPublicKey(bytes)
        case .agentAnswer: Self.readAgentAnswer(bytes)
        case .clientConfiguration: Self.readClientConfiguration(bytes)
        case .clientArguments: Self.readClientArguments(bytes)
        case .inventory: Self.readInventory(bytes)
        case .playbook: Self.readPlaybook(bytes)
        }
    }

    private static func readKnownHosts(_ bytes: [UInt8]) {
        var index = KnownHostsIndex()
        index.add(text: String(decoding: bytes, as: UTF8.self), file: "known_hosts")
        let key = HostKey(bytes: Array("\0\0\0\u{b}ssh-ed25519\0\0\0\u{1}x".utf8))
        for names in [
            HostNames(address: "web1.example", port: 22, alias: "web1"),
            HostNames(address: "192.0.2.1", port: 2222, alias: "web1"), HostNames(alias: "web1"),
        ] {
            let knowledge = index.knowledge(of: names)
            _ = knowledge.verdict(on: key)
            _ = knowledge.preferredTypes(supported: ["ssh-ed25519", "ssh-rsa"])
        }
    }

    private static func readPrivateKey(_ bytes: [UInt8]) {
        guard let key = try? PrivateKey(path: "key", contents: bytes) else { return }
        _ = key.description
        // No passphrases but for the older headers: deriving a key from one takes all the time there is.
        switch key.form {
        case .openSSH(let file): _ = try? file.signingKey(passphrase: nil)
        case .pem(let file):
            _ = try? file.signingKey(passphrase: nil)
            if file.label != "ENCRYPTED " { _ = try? file.signingKey(passphrase: Secret("secret")) }
            _ = EncryptedPrivateKey(file.body)
        }
    }

    private static func readPublicKey(_ bytes: [UInt8]) {
        guard let key = IdentityFile.publicKey(line: bytes) else { return }
        _ = (key.fingerprint, UserCertificate.isOne(key.type), PrivateKey.Kind(keyType: key.type).rawValue)
    }

    private static func readAgentAnswer(_ bytes: [UInt8]) {
        for identity in (try? AgentMessage.identities(in: bytes)) ?? [] { _ = identity.publicKey.fingerprint }
        _ = try? AgentMessage.signature(in: bytes)
    }

    private static func readClientConfiguration(_ bytes: [UInt8]) {
        // A file that includes itself is read 4096 times, and a folder that holds itself has files without end: either
        // takes a second that is better spent on other input.
        let reads = Atomic(0)
        let source = ConfigurationSource(
            read: { path in
                switch path {
                case "/home/user/.ssh/config" where reads.wrappingAdd(1, ordering: .relaxed).newValue <= 8:
                    .file(bytes, isOpenToOthers: false)
                case "/home/user/.ssh/config.d/web": .file(Array("Host web*\n Port 2222\n".utf8), isOpenToOthers: false)
                default: .absent
                }
            },
            names: { path in
                switch path {
                case "/home/user/.ssh": ["config", "config.d"]
                case "/home/user/.ssh/config.d": ["web"]
                default: []
                }
            }
        )
        let user = ClientUser(name: "user", number: 1000, home: "/home/user", environment: ["NAME": "value"])
        let files = SSHClientConfiguration.Files.only("/home/user/.ssh/config")
        do {
            let configuration = try SSHClientConfiguration(files: files, source: source, user: user)
            for host in ["web1", "web1.example", "192.0.2.1", "::1", ""] { _ = try? configuration.options(for: host) }
        } catch {
            precondition(!error.errors.isEmpty)
        }
    }

    private static func readClientArguments(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try? ClientArguments(text, at: ConfigurationOrigin(file: "hosts.ini", line: 1))
    }

    private static func readInventory(_ bytes: [UInt8]) {
        do throws(InventoryErrors) {
            let inventory = try Inventory(parsing: bytes, file: "hosts.ini")
            // Ranges make many hosts of few bytes; these are looked at by the tests.
            guard inventory.hosts.count < 1000 else { return }
            _ = (inventory.listJSON(), inventory.warnings.map(\.rendered))
            for text in ["all:!alpha", "slaves[0]", "~a.*,&slaves"] {
                _ = try? HostPattern(parsing: text).hosts(in: inventory)
            }
            let fleet = try Fleet(inventory, localUser: Fleet.LocalUser(name: "user", home: "/home/user"))
            _ = fleet.warnings.map(\.rendered)
        } catch {
            precondition(!error.rendered.isEmpty)
        }
        // The same bytes, as the variables of a group that there is.
        let files = [
            InventoryFile(name: "hosts.ini", bytes: Array("[slaves]\nalpha\n".utf8)),
            InventoryFile(name: "group_vars/slaves", bytes: bytes, content: .groupVariables("slaves")),
        ]
        _ = try? Inventory(parsing: files).listJSON()
    }

    private static func readPlaybook(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        _ = try? Playbook(parsing: text, file: "play.ini", modules: ModuleRegistry(ModuleRegistry.general))
    }
}
