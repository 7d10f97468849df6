import Foundation
import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import SecureShell

@Suite("Keys with passphrases", .timeLimit(.minutes(2)))
struct PassphraseTests {
    @Test(
        "A key file of OpenSSH's is opened by its passphrase, and by no other",
        arguments: ["aes128-ctr", "aes192-ctr", "aes256-ctr", "aes256-cbc", "aes256-gcm@openssh.com"]
    )
    func ciphers(cipher: String) async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path.appending("key")
            _ = try await SSHKeyFile.generate(.ed25519, at: path, passphrase: "schön geheim", cipher: cipher)
            let unlocker = KeyUnlocker(source: .fixed(Secret("schön geheim")))
            let key = try PrivateKey(path: path, contents: FileContents.read(path))
            _ = try await unlocker.signer(for: key).get()
            await #expect(throws: PrivateKeyError(path: path, reason: .wrongPassphrase)) {
                try await KeyUnlocker(source: .fixed(Secret("schon geheim"))).signer(for: key).get()
            }
        }
    }

    @Test(
        "A PEM file is opened by its passphrase, by no other, and not without one",
        arguments: [
            "openssl genrsa -traditional -aes128 -passout pass:secret 2048",
            "openssl genrsa -traditional -des3 -passout pass:secret 2048",
            "openssl genrsa -aes256 -passout pass:secret 2048",
            "openssl ecparam -name secp384r1 -genkey | openssl ec -aes192 -passout pass:secret",
            "openssl ecparam -name secp521r1 -genkey | openssl ec -aes256 -passout pass:secret",
            "openssl ecparam -name prime256v1 -genkey | openssl pkcs8 -topk8 -passout pass:secret",
            "openssl ecparam -name prime256v1 -genkey | openssl pkcs8 -topk8 -v2prf hmacWithSHA1 -passout pass:secret",
            "openssl genpkey -algorithm ED25519 -aes-128-cbc -pass pass:secret",
            "openssl genpkey -algorithm ED25519 | openssl pkcs8 -topk8 -v2prf hmacWithSHA512 -passout pass:secret",
        ]
    )
    func pem(making: String) async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path.appending("key")
            try await runLocally("sh", ["-c", "{ \(making); } 2>/dev/null >\"$1\"", "sh", path.string])
            let key = try PrivateKey(path: path, contents: FileContents.read(path))
            guard
                case .key(let signing) = try await KeyUnlocker(source: .fixed(Secret("secret"))).signer(for: key).get()
            else {
                Issue.record("left to libssh2")
                return
            }
            // The point or number is the last that openssl prints too; behind it an RSA key has its exponent.
            let export = #"openssl pkey -in "$1" -passin pass:secret -pubout -outform DER | base64 -w 0"#
            let der = try await runLocally("sh", ["-c", export, "sh", path.string])
            let bytes = try #require(Data(base64Encoded: der))
            let shown = try #require(signing.publicKey).bytes.suffix(32)
            #expect(bytes.suffix(37).starts(with: shown) || bytes.suffix(32) == Data(shown))
            await #expect(throws: PrivateKeyError(path: path, reason: .encrypted)) {
                try await KeyUnlocker(source: .none).signer(for: key).get()
            }
            // One wrong passphrase in 256 leaves something that looks like padding.
            for wrong in 0..<600 where !making.contains("pkcs8") || wrong < 20 {
                await #expect(throws: PrivateKeyError(path: path, reason: .wrongPassphrase), "wrong\(wrong)") {
                    try await KeyUnlocker(source: .fixed(Secret("wrong\(wrong)"))).signer(for: key).get()
                }
            }
        }
    }

    @Test("A key that only libssh2 can use is left to it where the passphrase is right, and only there")
    func smallRSA() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path.appending("key")
            let making = ["genrsa", "-traditional", "-aes128", "-passout", "pass:secret", "-out", path.string, "1024"]
            try await runLocally("openssl", making)
            let key = try PrivateKey(path: path, contents: FileContents.read(path))
            let signer = try await KeyUnlocker(source: .fixed(Secret("secret"))).signer(for: key).get()
            guard case .library = signer else {
                Issue.record("not left to libssh2")
                return
            }
            await #expect(throws: PrivateKeyError(path: path, reason: .wrongPassphrase)) {
                try await KeyUnlocker(source: .fixed(Secret("wrong"))).signer(for: key).get()
            }
        }
    }

    @Test("The derivation gives what ssh-keygen's does, for more rounds than one and for lengths that are odd")
    func derivation() {
        // From a second implementation, in Python: bcrypt.kdf of the package python3-bcrypt.
        for (rounds, count, expected) in Self.vectors {
            let bytes = BcryptPBKDF.bytes(
                count,
                passphrase: Array("password".utf8),
                salt: Array("salt".utf8),
                rounds: rounds
            )
            #expect(bytes == expected)
        }
    }

    @Test("A cipher that is not known is named")
    func unknownCipher() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path.appending("key")
            let cipher = "chacha20-poly1305@openssh.com"
            _ = try await SSHKeyFile.generate(.ed25519, at: path, passphrase: "secret", cipher: cipher)
            let key = try PrivateKey(path: path, contents: FileContents.read(path))
            await #expect(throws: PrivateKeyError(path: path, reason: .unsupported("the cipher \(cipher)"))) {
                try await KeyUnlocker(source: .fixed(Secret("secret"))).signer(for: key).get()
            }
        }
    }

    @Test(
        "A protected key of each kind and form lets its owner in",
        arguments: [
            (SSHKeyFile.Kind.ed25519, SSHKeyFile.Form.openSSH), (.ed25519, .pkcs8),
            (.ecdsa, .openSSH), (.ecdsa, .pem), (.ecdsa, .pkcs8),
            (.rsa, .openSSH), (.rsa, .pem), (.rsa, .pkcs8),
        ]
    )
    func kinds(kind: SSHKeyFile.Kind, form: SSHKeyFile.Form) async throws {
        try await LoopbackSSHServer.with { server in
            let path = server.directory.path.appending("mine")
            let key = try await SSHKeyFile.generate(kind, at: path, form: form, passphrase: "secret")
            try server.directory.write(key.publicKey + "\n", to: "authorized_keys")
            let credentials = SSHCredentials(identityFiles: [path])
            let tried = "\(kind) key in \(form.rawValue) form with a passphrase"
            let right = PassphraseSource.fixed(Secret("secret"))
            #expect(try await server.result(of: credentials, passphrases: right, as: tried) == nil)
            let wrong = PassphraseSource.fixed(Secret("wrong"))
            let error = try await server.result(of: credentials, passphrases: wrong, as: "\(tried), a wrong one given")
            #expect(error?.code == .authenticationFailed)
            #expect(error?.message == "the passphrase given for the private key \(path) is wrong")
        }
    }

    @Test("Thirty hosts at once ask for a passphrase once")
    func askedOnce() async throws {
        try await LoopbackSSHServer.with { server in
            let path = server.directory.path.appending("mine")
            let key = try await SSHKeyFile.generate(.ed25519, at: path, passphrase: "secret")
            try server.directory.write(key.publicKey + "\n", to: "authorized_keys")
            let asked = Tally()
            let names = (0..<30).map { "host\($0)" }
            let connector = SSHConnector(
                destinations: names.map { name in
                    SSHDestination(
                        name: name,
                        address: server.address,
                        port: server.port,
                        user: server.user,
                        credentials: SSHCredentials(identityFiles: [path])
                    )
                },
                knownHosts: try KnownHosts(files: [server.knownHosts]),
                passphrases: .prompt { file, _ in
                    asked.add(file.string)
                    return Secret("secret")
                }
            )
            try await SSHTable.row(.waysIn, "thirty hosts at once, one key with a passphrase", on: server.peer) {
                await connector.unlockKeys()
                #expect(asked.entries == [path.string])
                try await withThrowingTaskGroup { group in
                    for name in names {
                        group.addTask { try await connector.withConnection(to: name) { _ in } }
                    }
                    try await group.waitForAll()
                }
                #expect(asked.entries == [path.string])
                return "let in, asked for the passphrase once"
            }
        }
    }

    @Test("A wrong passphrase is asked for again, three times in all; no answer ends it")
    func askedAgain() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path.appending("key")
            _ = try await SSHKeyFile.generate(.ed25519, at: path, passphrase: "right")
            let key = try PrivateKey(path: path, contents: FileContents.read(path))
            func outcome(_ answers: [String?]) async -> (asked: [String], error: PrivateKeyError.Reason?) {
                let asked = Tally()
                let source = PassphraseSource.prompt { _, before in
                    asked.add("\(before)")
                    return answers[before].map(Secret.init)
                }
                let result = await KeyUnlocker(source: source).signer(for: key)
                if case .failure(let error) = result { return (asked.entries, error.reason) }
                return (asked.entries, nil)
            }
            #expect(await outcome(["wrong", "wrong", "right"]) == (["0", "1", "2"], nil))
            #expect(await outcome(["wrong", "wrong", "wrong"]) == (["0", "1", "2"], .wrongPassphrase))
            #expect(await outcome(["wrong", nil]) == (["0", "1"], .encrypted))
        }
    }

    @Test("A remembered passphrase serves the next connector, and a wrong one is asked for anew")
    func remembered() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path.appending("key")
            _ = try await SSHKeyFile.generate(.ed25519, at: path, passphrase: "right")
            let key = try PrivateKey(path: path, contents: FileContents.read(path))
            let asked = Tally()
            let source = PassphraseSource.prompt { _, before in
                asked.add("\(before)")
                return Secret(before == 0 ? "wrong" : "right")
            }.remembering()
            for _ in 0..<3 { _ = try await KeyUnlocker(source: source).signer(for: key).get() }
            #expect(asked.entries == ["0", "1"])
        }
    }

    @Test("Nobody is asked for the passphrase of a default key while there is another way in")
    func unneeded() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory.path.appending("key")
            _ = try await SSHKeyFile.generate(.ed25519, at: path, passphrase: "right")
            let asked = Tally()
            let ring = KeyRing(
                defaults: [path],
                passphrases: .prompt { _, _ in
                    asked.add("asked")
                    return Secret("right")
                }
            )
            let byPassword = try await ring.offers(for: SSHCredentials(password: Secret("p")))
            #expect(byPassword.keys.isEmpty && asked.entries.isEmpty)
            let byKey = try await ring.offers(for: SSHCredentials())
            #expect(byKey.keys.count == 1 && asked.entries.count == 1)
        }
    }

    private static let vectors: [(rounds: Int, count: Int, bytes: [UInt8])] = [
        (
            1, 32,
            [
                0x7a, 0xf4, 0x14, 0x69, 0xe5, 0x28, 0x60, 0xda, 0x49, 0xde, 0xbf, 0xaa, 0x6a, 0x4e, 0x12, 0xa2,
                0xcb, 0x85, 0x7b, 0x90, 0x7b, 0x2b, 0xb2, 0x0d, 0x29, 0x02, 0xa9, 0xcc, 0xd4, 0x24, 0xad, 0xb1,
            ]
        ),
        (
            3, 48,
            [
                0xcc, 0x1d, 0xb5, 0x2f, 0x08, 0xdc, 0x02, 0x09, 0x75, 0xff, 0x35, 0x93, 0xa9, 0xdd, 0x62, 0x87,
                0xf5, 0xd3, 0x91, 0xed, 0xd4, 0x3a, 0xa7, 0x25, 0xee, 0xb6, 0xa0, 0xd5, 0x8f, 0x11, 0xe1, 0xc6,
                0x5e, 0xa1, 0xe0, 0x12, 0xb6, 0x91, 0x80, 0x50, 0x44, 0x94, 0xb1, 0x59, 0xa7, 0xc8, 0xb2, 0xc5,
            ]
        ),
        (
            2, 33,
            [
                0x75, 0x78, 0xcf, 0x09, 0xf0, 0x36, 0x44, 0x18, 0x8b, 0x58, 0xdd, 0x33, 0x68, 0x12, 0x16, 0x83,
                0x96, 0xe5, 0x9d, 0x5d, 0xc3, 0x5b, 0x5a, 0xf7, 0xc6, 0xc3, 0xc9, 0x0f, 0x52, 0x0c, 0xaf, 0x33,
                0xda,
            ]
        ),
    ]
}
