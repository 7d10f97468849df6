import FoundationEssentials
import LockstepTestSupport
import Testing

@testable import Provisioning

@Suite("Users of a host, and the keys that let in as them", .timeLimit(.minutes(1)))
struct UserFactTests {
    @Test("A user is there or is not", arguments: TestUserland.allCases)
    func user(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let facts = try await userland.answers(
                FactSet(UserFact("root"), UserFact("nobody-of-that-name")),
                in: directory
            )
            #expect(try facts.value(of: UserFact("root")))
            #expect(try !facts.value(of: UserFact("nobody-of-that-name")))
        }
    }

    @Test("Where id does not run, a user is not taken for absent", arguments: ["dash", "bash"])
    func withoutTools(shell: String) async throws {
        let fact = UserFact("root")
        let result = try await LocalProgram.run(shell, ["-c", "PATH=/nonexistent\n\(fact.script)"])
        let answer = ProbeOutput(status: Int(result.status), text: result.output, errorText: result.error)
        let error = #expect(throws: PlanError.self) { try fact.value(in: answer) }
        #expect(error?.message.hasPrefix("this host does not say whether there is a user root: ") == true)
    }

    @Test("The lines of authorized_keys come as they are but for NUL bytes", arguments: TestUserland.allCases)
    func authorizedKeys(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let fact = AuthorizedKeysFact(of: "alice")
            let before = try await userland.answers(FactSet(fact), in: directory).value(of: fact)
            #expect(before == AuthorizedKeysFact.Value(home: directory["home"], isLocked: false, lines: []))

            let lines: [[UInt8]] = [Array("ssh-rsa AAAA a\r".utf8), [], [0xFF, 0, 0x41], Array("  \\n $x".utf8)]
            try FileManager.default.createDirectory(
                atPath: directory["home/.ssh"],
                withIntermediateDirectories: true
            )
            try Data(lines.joined(separator: [10])).write(to: URL(filePath: directory["home/.ssh/authorized_keys"]))
            let after = try await userland.answers(FactSet(fact), in: directory).value(of: fact)
            #expect(after.lines == [lines[0], lines[1], [0xFF, 1, 0x41], lines[3]])
        }
    }

    @Test(
        "A locked account lets nobody in where sshd does not use PAM",
        arguments: ["usepam no", "usepam yes", ""],
        ["!", "!*", "*", "x"]
    )
    func locked(sshd: String, password: String) async throws {
        try await TemporaryDirectory.with { directory in
            let script = """
                getent() { if [ "$1" = passwd ]; then echo "$2:x:1:1::/nonexistent:/bin/sh"; else echo "$2:\(password):"; fi; }
                sshd() { [ "$1" = -T ] && echo '\(sshd)'; }
                \(AuthorizedKeysFact(of: "alice").script)
                """
            let result = try await LocalProgram.run("dash", ["-c", script])
            let value = try AuthorizedKeysFact(of: "alice").value(in: ProbeOutput(text: result.output))
            #expect(value.isLocked == (sshd == "usepam no" && password.hasPrefix("!")))
        }
    }

    @Test("A file that cannot be read is told of, with the reason")
    func unreadable() {
        let output = ProbeOutput(status: 2, text: "/root\nopen\n", errorText: "sh: 10: cannot open it: denied\n")
        #expect(throws: PlanError("authorized_keys of root cannot be read: sh: 10: cannot open it: denied")) {
            try AuthorizedKeysFact(of: "root").value(in: output)
        }
    }
}
