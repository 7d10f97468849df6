import Foundation
import LockstepTestSupport
import RemoteHost
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
            (["ecparam", "-name", "prime256v1", "-genkey"], .ecdsa),
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
        ]
    )
    func useless(text: String, reason: PrivateKeyError.Reason) {
        #expect(throws: PrivateKeyError(path: "key", reason: reason)) {
            try PrivateKey(path: "key", contents: Array(text.utf8))
        }
    }

    @Test("A passphrase is said to be needed where it is", arguments: [SSHKeyFile.Form.openSSH, .pem, .pkcs8])
    func protection(form: SSHKeyFile.Form) async throws {
        try await TemporaryDirectory.with { directory in
            for passphrase in ["", "secret"] {
                let path = directory.path.appending("key\(passphrase)")
                _ = try await SSHKeyFile.generate(.ecdsa, at: path, form: form, passphrase: passphrase)
                let key = try PrivateKey(path: path, contents: FileContents.read(path))
                #expect(key.isProtected == !passphrase.isEmpty)
            }
        }
        let other = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"
        #expect(try PrivateKey(path: "key", contents: Array(other.utf8)).isProtected)
    }

    @Test("A default key that cannot be used is only told when there is no other")
    func defaults() async throws {
        try await TemporaryDirectory.with { directory in
            let good = try await SSHKeyFile.generate(.ed25519, at: directory.path.appending("good"))
            let bad = try await SSHKeyFile.generate(.ecdsa, at: directory.path.appending("bad"), passphrase: "secret")
            let absent = directory.path.appending("absent")
            let offers = try await KeyRing(defaults: [absent, bad.path, good.path]).offers(for: SSHCredentials())
            #expect(offers.keys.map(\.description) == ["\(good.path) (Ed25519 \(try await good.fingerprint()))"])
            #expect(offers.notes == ["\(bad.path) (protected by a passphrase)"])
            let expected = PrivateKeyError(path: bad.path, reason: .encrypted).asRemoteHostError
            await #expect(throws: expected) {
                try await KeyRing(defaults: [absent, bad.path]).offers(for: SSHCredentials())
            }
            await #expect(throws: RemoteHostError.self) {
                try await KeyRing(defaults: [absent]).offers(for: SSHCredentials())
            }
            let password = SSHCredentials(password: Secret("x"))
            #expect(try await KeyRing(defaults: [absent]).offers(for: password).keys.isEmpty)
        }
    }

    @Test("No bytes of a key file end the program", arguments: SSHKeyFile.Kind.allCases)
    func damage(kind: SSHKeyFile.Kind) async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path.appending("key")
            _ = try await SSHKeyFile.generate(kind, at: path)
            let good = try FileContents.read(path)
            let body = try #require(
                Data(
                    base64Encoded: String(decoding: good, as: UTF8.self).split(separator: "\n").dropFirst().dropLast()
                        .joined()
                )
            )
            var generator = SystemRandomNumberGenerator()
            for _ in 0..<300 {
                var bytes = Array(body.prefix(Int.random(in: 0...body.count, using: &generator)))
                for _ in 0..<4 where !bytes.isEmpty {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max)
                }
                // Whatever comes of it, the program goes on.
                _ = try? OpenSSHKeyFile(bytes)?.signingKey(passphrase: nil)
            }
        }
    }
}
