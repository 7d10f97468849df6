import Foundation
import LockstepTestSupport
import RemoteHost
import Testing

@testable import Provisioning

@Suite("Keys of a host", .timeLimit(.minutes(1)))
struct SSHKeyFactTests {
    @Test(
        "Of a key its public half and its rights are told, of what is none the reason",
        arguments: TestUserland.allCases
    )
    func keys(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            for (name, passphrase) in [("it's a key", ""), ("closed", "secret")] {
                try await runLocally(
                    "ssh-keygen",
                    ["-q", "-t", "ed25519", "-N", passphrase, "-C", "lockstep@hub", "-f", directory[name]]
                )
            }
            try directory.write("no key\n", to: "broken")
            try await runLocally("chmod", ["600", directory["broken"]])
            let names = ["it's a key", "closed", "broken", "none"]
            let questions = names.map { SSHKeyFact(directory[$0]) }
            var set = FactSet()
            for question in questions { set.insert(question) }
            let facts = try await userland.answers(set, in: directory)
            let values = try questions.map { try facts.value(of: $0) }
            let publicHalf = String(try directory.text("it's a key.pub").dropLast())
            #expect(values[0] == .key(publicHalf: publicHalf, owner: NSUserName(), mode: 0o600))
            for value in values[1...2] {
                guard case .unreadable(let reason) = value, reason.hasPrefix(": Load key ") else {
                    Issue.record("\(value)")
                    continue
                }
            }
            #expect(values[3] == .absent)
        }
    }

    @Test(
        "A key of another type, or one that others may read, is a key all the same",
        arguments: TestUserland.allCases
    )
    func otherKeys(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            for (type, mode) in [("ed25519", 0o644), ("ecdsa", 0o600), ("rsa", 0o640)] {
                let path = directory[type]
                try await runLocally("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "lockstep@hub", "-f", path])
                try await runLocally("chmod", [String(mode, radix: 8), path])
                let facts = try await userland.answers(FactSet(SSHKeyFact(path)), in: directory)
                let publicHalf = String(try directory.text("\(type).pub").dropLast())
                let value = try facts.value(of: SSHKeyFact(path))
                #expect(value == .key(publicHalf: publicHalf, owner: NSUserName(), mode: mode))
                #expect(SSHKeyFact.shown(value).description.contains("mode 0\(String(mode, radix: 8))"))
            }
        }
    }

    @Test("The host's own keys come without their comments, in a fixed order", arguments: TestUserland.allCases)
    func hostKeys(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("ssh-rsa AAAAr root@edge1\n", to: "ssh_host_rsa_key.pub")
            try directory.write("\nssh-ed25519 AAAAe root@edge1", to: "ssh_host_ed25519_key.pub")
            try directory.write("secret\n", to: "ssh_host_rsa_key")
            let host = try await userland.install(in: directory["bin"], home: directory["."])
            let script = HostKeysFact().script.replacing("/etc/ssh", with: directory["."])
            let result = try await host.run(.script(script, deadline: .seconds(20)))
            let keys = try HostKeysFact().value(in: ProbeOutput(bytes: result.standardOutput))
            #expect(keys == ["ssh-ed25519 AAAAe", "ssh-rsa AAAAr"])
        }
    }
}
