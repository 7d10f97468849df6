import BuiltInPlaybooks
import Foundation
import LockstepTestSupport
import Provisioning
import SystemPackage
import Testing

@testable import Lsyncd

/// Modules of replication, each as far as it can be tried without being root of a machine of its own.
@Suite("Modules of replication, by the conformance kit", .timeLimit(.minutes(2)))
struct ModuleConformanceTests {
    private let kit = ModuleConformance(on: LocalShellHost())

    @Test(
        "A module makes its change and finds nothing to do then, or looks and changes nothing",
        arguments: ModuleRegistry(ModuleRegistry.replication).keywords
    )
    func conforms(keyword: String) async throws {
        switch keyword {
        case DeleteGuardModule.keyword: try await deleteGuard()
        case GateCheckModule.keyword: try await gateCheck()
        case HandoverModule.keyword: try await handover()
        case LsyncdModule.keyword: try await lsyncd()
        case ProtectedPathsModule.keyword: try await protectedPaths()
        case RsyncVersionModule.keyword: try await rsyncVersion()
        case SoleWriterModule.keyword: try await soleWriter()
        default: Issue.record("\(keyword) is not tried by the conformance kit")
        }
    }

    private func isRefused(_ conclusion: Conclusion) -> Bool {
        if case .refused = conclusion { true } else { false }
    }

    private func isFailed(_ conclusion: Conclusion) -> Bool {
        if case .failed = conclusion { true } else { false }
    }

    /// By the real lsyncd, rsync, sshd and gate: the guard is answered, and then refuses.
    private func deleteGuard() async throws {
        try await Replication.with(isStarted: false) { replication in
            let program = try await LocalProgram.shell("command -v lsyncd").output
            let values = [
                "host": "s1", "source": replication.source, "target": replication.target, "src": "settings",
                "guard": "guard", "dest": "\(replication.directory)/settings.lua", "service": "app@s1.service",
                "manager": "sysvinit", "record": "\(replication.directory)/noted",
                "files": "\(replication.directory)/settings.lua",
                "lsyncd": program.trimmingCharacters(in: .newlines),
            ]
            let templates = [
                "settings": try String(contentsOfFile: replication.configuration, encoding: .utf8),
                "guard": try #require(BuiltInPlaybooks.template(named: "delete-guard")),
            ]
            try "x".write(toFile: "\(replication.source)/page", atomically: false, encoding: .utf8)
            let answered = try await kit.expectNoChange(DeleteGuardModule.self, values, templates: templates)
            #expect(answered == .changed(output: ""))
            #expect(Tree.read(replication.target).isEmpty)

            try "x".write(toFile: "\(replication.target)/own", atomically: false, encoding: .utf8)
            let before = Tree.read(replication.target)
            let refused = try await kit.expectNoChange(DeleteGuardModule.self, values, templates: templates)
            #expect(isRefused(refused), "\(refused)")
            #expect(Tree.read(replication.target) == before)
        }
    }

    /// By a real sshd: where the gate answers that is noted, and nothing where something else does.
    private func gateCheck() async throws {
        try await TemporaryDirectory.with { directory in
            let gate = try #require(BuiltInPlaybooks.template(named: "receive"))
            try directory.write(gate, to: "receive")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory["receive"])
            let server = try await LoopbackServer.start(
                in: directory["server"],
                forcedCommand: "\(directory["receive"]) \(directory["target"])"
            )
            defer { server.stop() }
            try directory.write(server.knownHostsLine(name: "s1"), to: "known_hosts")
            let values = [
                "host": "s1", "address": "127.0.0.1", "port": String(server.port), "user": NSUserName(),
                "key": "\(server.directory)/key", "known_hosts": directory["known_hosts"],
            ]
            let noted = values.merging(["directory": directory["tried"]]) { $1 }
            try await kit.expectChangeThenOk(GateCheckModule.self, noted)
            let answered = try await kit.expectNoChange(GateCheckModule.self, values)
            #expect(answered == .changed(output: ""))
            let other = try await kit.expectNoChange(GateCheckModule.self, values.merging(["gate": "rrsync"]) { $1 })
            #expect(isFailed(other), "\(other)")
        }
    }

    /// On a host whose answers are written down: what it would end is systemd's.
    private func handover() async throws {
        let looked = { (text: String) in
            ScriptedHost.Answer.to("nonce=n0", prints: "\nn0 begin\n\(text)\nn0 0 0\n\nn0 errors\n\nn0 0\n\nn0 end\n")
        }
        let before = "keeper a a\nkeeper _shared-1 b c\n"
        let host = ScriptedHost([
            looked(before), looked(before),
            .to("systemctl -q disable --now -- lockstep-lsyncd@a.service", prints: "\nn0 0 ended 0 0 0\n\nn0 end\n"),
            looked("keeper _shared-1 b c\n"),
        ])
        try await ModuleConformance(on: host, nonce: "n0").expectChangeThenOk(
            HandoverModule.self,
            ["keepers": "_shared-1 b c", "pruned": "a"]
        )
        #expect(host.unusedAnswers.isEmpty)
    }

    private func lsyncd() async throws {
        try await TemporaryDirectory.with { directory in
            let link = directory["it's a link"]
            try await kit.expectChangeThenOk(LsyncdModule.self, ["link": link, "install": "none"])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link).hasSuffix("/lsyncd"))
        }
    }

    private func protectedPaths() async throws {
        try await TemporaryDirectory.with { directory in
            let values = { ["users": "root", "paths": directory.path.string, "targets": $0] }
            let apart = try await kit.expectNoChange(ProtectedPathsModule.self, values("/srv/lockstep-test"))
            #expect(apart == .changed(output: ""))
            let inside = try await kit.expectNoChange(ProtectedPathsModule.self, values(directory["target"]))
            #expect(isRefused(inside), "\(inside)")
        }
    }

    private func rsyncVersion() async throws {
        let recent = try await kit.expectNoChange(RsyncVersionModule.self, ["minimum": "3.0.6"])
        #expect(recent == .changed(output: "yes"))
        let old = try await kit.expectNoChange(RsyncVersionModule.self, ["minimum": "99.0.0"])
        #expect(isRefused(old), "\(old)")
    }

    private func soleWriter() async throws {
        let values = [
            "host": "s1", "keys": "ssh-ed25519 AAAA", "address": "192.0.2.1", "port": "22", "copies": "s1 s1 /srv/site",
        ]
        let alone = try await kit.expectNoChange(SoleWriterModule.self, values)
        #expect(alone == .changed(output: ""))
        let place = CopyPlace(host: "s2", address: "192.0.2.1", port: "22", user: "root", target: "/srv/site")
        let copy = KeptCopy(name: "s2", keeper: "s2", source: "/srv/other", place: place, keys: [])
        let others = values.merging(["others": OtherCopy(copy, .foreign).line]) { $1 }
        let second = try await kit.expectNoChange(SoleWriterModule.self, others)
        #expect(isRefused(second), "\(second)")
    }
}
