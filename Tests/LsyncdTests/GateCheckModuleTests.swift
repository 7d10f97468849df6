import BuiltInPlaybooks
import Foundation
import LockstepTestSupport
import Provisioning
import RemoteHost
import SystemPackage
import Testing

@testable import Lsyncd

/// The master's key, tried on a real sshd as the playbook tries it.
@Suite("The master's key opens nothing but the gate", .timeLimit(.minutes(1)))
struct GateCheckModuleTests {
    private let kit = ModuleConformance(on: LocalShellHost())

    /// What the check of a server would do.
    private func check(
        _ server: LoopbackServer,
        _ directory: TemporaryDirectory,
        gate: String = "receive",
        changed: String = "",
        isNoted: Bool = true
    ) async throws -> TaskPlan {
        try directory.write(server.knownHostsLine(name: "edge1"), to: "known_hosts")
        var values = [
            "host": "edge1", "address": "127.0.0.1", "port": String(server.port), "user": NSUserName(), "gate": gate,
            "key": "\(server.directory)/key", "known_hosts": directory["known_hosts"], "changed": changed,
        ]
        if isNoted { values["directory"] = directory["tried"] }
        let module = try GateCheckModule(ModuleArguments(values.mapValues { .known($0) }))
        return try module.plan(from: try await kit.facts(for: module), in: PlanContext())
    }

    /// How the check of a server ends; none where there is nothing to check.
    private func outcome(
        _ server: LoopbackServer,
        _ directory: TemporaryDirectory,
        gate: String = "receive",
        changed: String = "",
        isNoted: Bool = true
    ) async throws -> Conclusion? {
        let plan = try await check(server, directory, gate: gate, changed: changed, isNoted: isNoted)
        guard case .change(let change) = plan, change.isCheck else { return nil }
        return GateCheckModule.conclude(try await kit.apply(change))
    }

    /// Lends a server whose key is bound to the gate, or another command, beside these lines of configuration.
    private func withServer(
        _ settings: String,
        command: (TemporaryDirectory) -> String = { "\($0["receive"]) \($0["target"])" },
        _ body: (LoopbackServer, TemporaryDirectory) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory["target"], withIntermediateDirectories: false)
            let gate = try #require(BuiltInPlaybooks.template(named: "receive"))
            try directory.write(gate, to: "receive")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory["receive"])
            let server = try await LoopbackServer.start(
                in: directory["server"],
                forcedCommand: command(directory),
                settings: settings
            )
            defer { server.stop() }
            try await body(server, directory)
        }
    }

    @Test("Where the gate answers, that is noted, and not tried again until the key's line changes")
    func gate() async throws {
        try await withServer("") { server, directory in
            let first = try await outcome(server, directory)
            #expect(first == .changed(output: ""))
            let again = try await check(server, directory)
            #expect(again == .ok())
            let changed = try await outcome(server, directory, changed: "changed")
            #expect(changed == .changed(output: ""))
            // What is another gate was not tried.
            let other = try await check(server, directory, gate: "rrsync")
            #expect(other != .ok())
        }
    }

    @Test(
        "A ForceCommand that runs what it was asked for is told, with the way out",
        arguments: ["ForceCommand $SSH_ORIGINAL_COMMAND", "ForceCommand sh -c \"$SSH_ORIGINAL_COMMAND\""]
    )
    func shell(settings: String) async throws {
        try await withServer(settings) { server, directory in
            guard case .failed(let reason)? = try await outcome(server, directory) else {
                Issue.record("a shell passed for the gate")
                return
            }
            #expect(reason.contains("is a shell for \(NSUserName()) on edge1"))
            #expect(reason.contains("sshd -T -C user="))
            #expect(reason.contains("ForceCommand none"))
            let after = try await check(server, directory)
            #expect(after != .ok(), "it was noted as tried")
        }
    }

    @Test("The way out that is told gives the gate back")
    func wayOut() async throws {
        let settings = """
            ForceCommand $SSH_ORIGINAL_COMMAND
            Match User \(NSUserName()) Address 127.0.0.1
            ForceCommand none
            """
        try await withServer(settings) { server, directory in
            let passed = try await outcome(server, directory)
            #expect(passed == .changed(output: ""))
        }
    }

    @Test("Anything else that answers is no gate: sftp, a refusal in other words, an answer of nothing")
    func others() async throws {
        for settings in [
            "ForceCommand internal-sftp", "ForceCommand echo 'lockstep receive: refused: x'", "ForceCommand true",
            "ForceCommand false",
        ] {
            try await withServer(settings) { server, directory in
                guard case .failed(let reason)? = try await outcome(server, directory) else {
                    Issue.record("it passed for the gate: \(settings)")
                    return
                }
                #expect(reason.contains("something else than the gate answers"), "\(settings)")
            }
        }
    }

    @Test("A key that cannot log in is told in the words of ssh, and another host key as well")
    func login() async throws {
        try await withServer("") { server, directory in
            try "".write(toFile: "\(server.directory)/authorized_keys", atomically: false, encoding: .utf8)
            guard case .failed(let reason)? = try await outcome(server, directory) else {
                Issue.record("nobody let it in")
                return
            }
            #expect(reason.contains("cannot log in as \(NSUserName()) on edge1: "))
            #expect(reason.contains("Permission denied"))
            // Where canaries follow, they tell what that means, and a standing connection may carry them.
            guard case .changed(let note)? = try await outcome(server, directory, isNoted: false) else {
                Issue.record("verify does not go on")
                return
            }
            #expect(note.contains("Permission denied") && note.contains("may carry changes until it ends"))
        }
    }

    @Test("rsync's own gate is known by its refusal")
    func rrsync() async throws {
        try await withServer("", command: { "/usr/bin/rrsync -wo \($0["target"])" }) { server, directory in
            let passed = try await outcome(server, directory, gate: "rrsync")
            #expect(passed == .changed(output: ""))
            guard case .failed? = try await outcome(server, directory) else {
                Issue.record("rsync's gate passed for Lockstep's")
                return
            }
        }
    }
}
