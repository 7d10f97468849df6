import SystemPackage

@testable import SecureShell

/// The parsers that read what other people wrote, each with a use of what it has read.
enum FuzzedParser: String, CaseIterable {
    case knownHosts = "known_hosts"
    case privateKey = "private_key"

    /// Reads the bytes; whatever they are, this must return.
    func read(_ bytes: [UInt8]) {
        switch self {
        case .knownHosts: Self.readKnownHosts(bytes)
        case .privateKey: Self.readPrivateKey(bytes)
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
        precondition(key.secretBytes == bytes)
        _ = key.description
    }
}
