import LockstepTestSupport
import Provisioning
import Testing

/// Modules against a host whose every answer is written down, and which fails the test on a command too many.
@Suite("Modules, on a scripted host")
struct ScriptedConformanceTests {
    /// From a recorded state in which a change is due to the answers after it.
    struct Case: Sendable, CustomTestStringConvertible {
        var keyword: String
        /// The fixture with the state before.
        var before: String
        /// What the change prints.
        var printed = ""
        /// What the probe prints afterwards.
        var after: String

        var testDescription: String { keyword }
    }

    static let cases = [
        Case(keyword: "package", before: "one-missing.txt", after: "apt debian-12-x86_64\nrsync\nlsyncd\n"),
        Case(keyword: "directory", before: "absent.txt", after: "is|directory|root|root|750|/srv/data\n"),
        Case(keyword: "user", before: "absent.txt", after: "998\n"),
        Case(
            keyword: "ssh-key",
            before: "absent.txt",
            printed: "ssh-ed25519 AAAA lockstep@hub\n",
            after: "root|600\nssh-ed25519 AAAA lockstep@hub\n"
        ),
        Case(
            keyword: "authorized-key",
            before: "old-key.txt",
            after: "/root\nopen\nssh-ed25519 AAAAnew lockstep@hub\n"
        ),
        Case(
            keyword: "identity",
            before: "absent.txt",
            printed: "0123456789abcdef0123456789abcdef\n",
            after: """
                is|regular file|root|root|644|/etc/lockstep/id
                sum|6ed6653dba3d6aee8110c6e23de37f15c609b8a6e29aa164d1acace604e5cb7e  /etc/lockstep/id
                content|/etc/lockstep/id
                 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66
                 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66
                 0a

                """
        ),
        Case(keyword: "known-hosts", before: "first.txt", after: "edge1 ssh-ed25519 AAAA1\n"),
        Case(
            keyword: "template",
            before: "absent.txt",
            after: """
                is|regular file|root|root|644|/etc/app.conf
                sum|ffb594e41ca36091d930d4b6ad124adc0ba5af2bebb31a2a623f7bff71e794ba  /etc/app.conf

                """
        ),
        Case(
            keyword: "sysctl",
            before: "too-low.txt",
            after: """
                setting fs.inotify.max_user_instances writable 1024
                file /etc/sysctl.d/60-lockstep-fs.inotify.max_user_instances.conf
                /etc/sysctl.d/60-lockstep-fs.inotify.max_user_instances.conf:1:fs.inotify.max_user_instances = 1024

                """
        ),
        Case(
            keyword: "service",
            before: "mask-what-runs.txt",
            after:
                "manager systemd\nLoadState=masked\nActiveState=inactive\nSubState=dead\nUnitFileState=masked\nNeedDaemonReload=no\n"
        ),
    ]

    private func looked(_ text: String) -> ScriptedHost.Answer {
        .to(
            "nonce=scripted",
            prints: "\nscripted begin\n\(text)\nscripted 0 0\n\nscripted errors\n\nscripted 0\n\nscripted end\n"
        )
    }

    private func fixture(_ keyword: String, _ name: String) throws -> ModuleFixture {
        try #require(
            try ModuleFixture.all(in: ModuleFixtureTests.folder).first { $0.keyword == keyword && $0.name == name }
        )
    }

    @Test("A module is asked three times and changes once", arguments: cases)
    func conforms(to expected: Case) async throws {
        let fixture = try fixture(expected.keyword, expected.before)
        let module = try #require(ModuleRegistry(ModuleRegistry.general)[expected.keyword])
        let printed = expected.printed
        let host = ScriptedHost([
            looked(fixture.probe), looked(fixture.probe),
            .to("nonce=scripted", prints: "\nscripted 0 ended 0 \(printed.utf8.count) 0\n\(printed)\nscripted end\n"),
            looked(expected.after),
        ])
        try await ModuleConformance(on: host, nonce: "scripted").expectChangeThenOk(
            module,
            fixture.knownValues,
            template: fixture.template
        )
        #expect(host.unusedAnswers.isEmpty)
    }

    @Test("The one that changes nothing is asked, and changes nothing")
    func hostKeys() async throws {
        let fixture = try fixture(HostKeysModule.keyword, "two-keys.txt")
        let host = ScriptedHost([looked(fixture.probe), looked(fixture.probe)])
        let kit = ModuleConformance(on: host, nonce: "scripted")
        guard case .changed(let keys) = try await kit.expectNoChange(HostKeysModule.self, fixture.knownValues) else {
            Issue.record("host-keys is not ok")
            return
        }
        #expect(keys.contains("ssh-ed25519 "))
        #expect(host.unusedAnswers.isEmpty)
    }

    @Test("Every module is among them", arguments: ModuleRegistry(ModuleRegistry.general).keywords)
    func complete(keyword: String) {
        let isTried = keyword == HostKeysModule.keyword || Self.cases.contains { $0.keyword == keyword }
        #expect(isTried, "\(keyword) is not tried by the conformance kit")
    }
}
