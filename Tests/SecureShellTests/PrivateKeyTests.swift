import LockstepTestSupport
import SystemPackage
import Testing

@testable import SecureShell

@Suite("Private key files")
struct PrivateKeyTests {
    @Test("A key shows neither its bytes nor its text")
    func secrecy() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try await SSHKeyFile.generate(.ed25519, at: directory.path.appending("key"))
            let contents = try #require(directory.read("key"))
            let key = try PrivateKey(path: file.path, contents: Array(contents.utf8))
            var dumped = ""
            dump(key, to: &dumped)
            let shown = "\(key) \(String(reflecting: key)) \(dumped)"
            let secret = try #require(contents.split(separator: "\n").dropFirst().first)
            #expect(!shown.contains(secret))
            // Bytes would stand one a line; the first is a dash.
            #expect(!dumped.contains("- 45\n"))
            #expect(key.description == "\(file.path) (Ed25519 \(try await file.fingerprint()))")
        }
    }

    @Test(
        "The kind of a PEM key is told, also inside PKCS #8",
        arguments: [
            (["genrsa", "-traditional", "2048"], PrivateKey.Kind.rsa),
            (["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], .rsa),
            (["ecparam", "-name", "prime256v1", "-genkey", "-noout"], .ecdsa),
            (["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], .ecdsa),
            (["genpkey", "-algorithm", "ED25519"], .ed25519),
        ]
    )
    func kinds(arguments: [String], kind: PrivateKey.Kind) async throws {
        let text = try await runLocally("openssl", arguments)
        let key = try PrivateKey(path: "key", contents: Array(text.utf8))
        #expect(key.kind == kind)
    }

    @Test(
        "What is no usable key is told apart",
        arguments: [
            ("", PrivateKeyError.Reason.notAPrivateKey),
            ("ssh-ed25519 AAAA comment", .notAPrivateKey),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", .notAPrivateKey),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", .malformed),
            ("-----BEGIN OPENSSH PRIVATE KEY-----", .malformed),
            ("-----BEGIN RSA PRIVATE KEY-----\n!\n-----END RSA PRIVATE KEY-----", .malformed),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", .encrypted),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
                .encrypted
            ),
        ]
    )
    func useless(text: String, reason: PrivateKeyError.Reason) {
        #expect(throws: PrivateKeyError(path: "key", reason: reason)) {
            try PrivateKey(path: "key", contents: Array(text.utf8))
        }
    }

    @Test("A default key that cannot be used is only told when there is no other")
    func defaults() async throws {
        try await TemporaryDirectory.with { directory in
            let good = try await SSHKeyFile.generate(.ed25519, at: directory.path.appending("good"))
            let bad = try await SSHKeyFile.generate(.ecdsa, at: directory.path.appending("bad"), passphrase: "secret")
            let absent = directory.path.appending("absent")
            let keys = try PrivateKeyStore(defaults: [absent, bad.path, good.path]).keys(named: [])
            #expect(keys.map(\.path) == [good.path])
            #expect(throws: PrivateKeyError(path: bad.path, reason: .encrypted)) {
                try PrivateKeyStore(defaults: [absent, bad.path]).keys(named: [])
            }
            #expect(try PrivateKeyStore(defaults: [absent]).keys(named: []).isEmpty)
        }
    }
}
