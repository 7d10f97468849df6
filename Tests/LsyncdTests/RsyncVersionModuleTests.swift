import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

@Suite("The version of a host's rsync")
struct RsyncVersionModuleTests {
    private func plan(_ answer: String, minimum: String = "3.0.6", gate: String = "receive") throws -> TaskPlan {
        let module = try RsyncVersionModule(ModuleArguments(["minimum": .known(minimum), "gate": .known(gate)]))
        return try module.plan(from: module.facts.facts(in: [0: ProbeOutput(text: answer)]), in: PlanContext())
    }

    private func line(_ version: String) -> String { "rsync  version \(version)  protocol version 31\n" }

    @Test(
        "It says whether a window of times below a second means what it should",
        arguments: [
            ("3.0.6", "no"), ("3.0.9", "no"), ("3.1.0", "no"), ("3.1.1", "no"), ("3.1.2", "no"), ("3.1.3", "yes"),
            ("3.2.7", "yes"), ("v3.2.3", "yes"), ("3.4.0pre1", "yes"), ("3.5.0", "yes"), ("3.10.0", "yes"),
            ("4.0.0", "yes"),
        ]
    )
    func versions(version: String, output: String) throws {
        #expect(try plan(line(version)) == .ok(output: output))
        let asked = ProbeOutput(text: "3.0.6\n" + line(version))
        #expect(RsyncVersionModule.conclude(asked) == .changed(output: output))
    }

    @Test("One that is too old is refused with the way out", arguments: ["2.6.9", "3.0.5"])
    func tooOld(version: String) throws {
        let error = #expect(throws: PlanError.self) { try plan(line(version)) }
        #expect(error?.message == "rsync \(version) is there, and it must be 3.0.6 or later")
        #expect(error?.isRefusal == true)
        #expect(error?.hint == "upgrade rsync, or put a later one in the place of /usr/bin/rsync")
        #expect(
            RsyncVersionModule.conclude(ProbeOutput(text: "3.0.6\n" + line(version)))
                == .refused(
                    "rsync \(version) is there, and it must be 3.0.6 or later: upgrade rsync, or put a later one in the place "
                        + "of /usr/bin/rsync"
                )
        )
        #expect(throws: PlanError.self) { try plan(line("3.0.9"), minimum: "3.1.0") }
    }

    @Test(
        "What is no rsync is told",
        arguments: ["openrsync: protocol version 29\n", "rsync version x\n", "sh: not found\n"]
    )
    func otherProgram(answer: String) throws {
        let error = #expect(throws: PlanError.self) { try plan(answer) }
        #expect(error?.message == "/usr/bin/rsync --version says '\(answer.dropLast())'")
    }

    @Test("Where it is still to be installed its version is known after apply")
    func absent() throws {
        guard case .change(let change) = try plan("") else {
            Issue.record("nothing is asked later")
            return
        }
        #expect(change.isCheck && change.writes.isEmpty)
        #expect(
            RsyncVersionModule.conclude(ProbeOutput(text: "3.0.6\n"))
                == .refused("there is no /usr/bin/rsync: install rsync 3.0.6 or later")
        )
    }

    @Test("This machine's rsync is asked in the one look, and later in the same words")
    func here() async throws {
        let module = try RsyncVersionModule(ModuleArguments(["minimum": .known("3.0.6")]))
        let asked = try await LocalProgram.shell(RsyncVersionFact().script)
        let facts = module.facts.facts(in: [0: ProbeOutput(text: asked.output)])
        #expect(try module.plan(from: facts, in: PlanContext()) == .ok(output: "yes"))
        guard case .change(let change) = try plan("") else { return }
        let later = try await LocalProgram.shell("set -eu\n" + change.script)
        #expect(RsyncVersionModule.conclude(ProbeOutput(text: later.output)) == .changed(output: "yes"))
    }

    @Test("What rrsync loses is a note, with the versions that lose it")
    func rrsync() throws {
        #expect(try plan(line("3.4.1"), gate: "rrsync") == .ok(output: "yes"))
        guard case .ok("yes", let note?) = try plan(line("3.5.0"), gate: "rrsync") else {
            Issue.record("no note")
            return
        }
        #expect(note.hasPrefix("rrsync of rsync 3.5.0 leaves out pipes, sockets and devices without an error"))
        #expect(note.contains("'gate = receive' keeps them"))
    }
}
