import ArgumentParser
import Foundation
import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import LockstepCommands

@Suite("Sources of secrets")
struct SecretsTests {
    private let nobody = SecretPrompt(terminal: "/nonexistent/tty")

    @Test("A secret comes from the environment, and a descriptor wins over it")
    func sources() async throws {
        let environment = ["LOCKSTEP_PASSWORD": "from environment", "LOCKSTEP_BECOME_PASSWORD": "become"]
        let plain = try Secrets(SecretOptions.parse([]), environment: environment, prompt: nobody)
        #expect(plain.loginPassword == Secret("from environment"))
        #expect(plain.becomePassword == Secret("become"))
        try await withDescriptor("from file\nsecond line\n") { descriptor in
            let options = try SecretOptions.parse(["--password-fd", "\(descriptor)"])
            let given = try Secrets(options, environment: environment, prompt: nobody)
            #expect(given.loginPassword == Secret("from file"))
        }
    }

    @Test("Nothing given is no secret")
    func none() throws {
        let secrets = try Secrets(SecretOptions.parse([]), environment: ["LOCKSTEP_PASSWORD": ""], prompt: nobody)
        #expect(secrets.loginPassword == nil && secrets.becomePassword == nil)
    }

    @Test("Two secrets may come by one descriptor, and need not end in a line end")
    func shared() async throws {
        try await withDescriptor("both") { descriptor in
            let options = try SecretOptions.parse([
                "--password-fd", "\(descriptor)", "--become-password-fd", "\(descriptor)",
            ])
            let secrets = try Secrets(options, environment: [:], prompt: nobody)
            #expect(secrets.loginPassword == Secret("both") && secrets.becomePassword == Secret("both"))
        }
    }

    @Test("Without a terminal, the other ways are named", arguments: ["-k", "--ask-become-pass"])
    func noTerminal(option: String) throws {
        let options = try SecretOptions.parse([option])
        let error = #expect(throws: CommandFailure.self) {
            try Secrets(options, environment: [:], prompt: nobody)
        }
        let name = option == "-k" ? "PASSWORD" : "BECOME_PASSWORD"
        let flag = option == "-k" ? "--password-fd" : "--become-password-fd"
        #expect(error?.message.hasSuffix("hint: set $LOCKSTEP_\(name), or give it by \(flag)") == true)
    }

    @Test("A descriptor that holds nothing, or is none, is told with")
    func badDescriptors() async throws {
        let options = try SecretOptions.parse(["--password-fd", "987"])
        let closed = #expect(throws: CommandFailure.self) { try Secrets(options, environment: [:], prompt: nobody) }
        #expect(closed?.message.hasPrefix("--password-fd 987 cannot be read: Bad file descriptor") == true)
        try await withDescriptor("\n") { descriptor in
            let options = try SecretOptions.parse(["--key-passphrase-fd", "\(descriptor)"])
            let empty = #expect(throws: CommandFailure.self) {
                try Secrets(options, environment: [:], prompt: nobody)
            }
            #expect(empty?.message == "--key-passphrase-fd \(descriptor) holds no line of text")
        }
    }

    @Test("Options may stand before the verb or after it")
    func merging() throws {
        let before = try SecretOptions.parse(["-k", "--become-password-fd", "4"])
        let merged = try SecretOptions.parse(["--key-passphrase-fd", "5"]).completed(by: before)
        #expect(merged.askPassword && merged.becomePasswordFd == 4 && merged.keyPassphraseFd == 5)
        #expect(throws: (any Error).self) { try SecretOptions.parse(["-k", "--password-fd", "3"]) }
    }

    /// Lends a descriptor behind which a text stands; whoever reads it closes it.
    private func withDescriptor(_ text: String, _ body: (Int32) throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write(text, to: "secret")
            try body(FileDescriptor.open(file, .readOnly).rawValue)
        }
    }
}
