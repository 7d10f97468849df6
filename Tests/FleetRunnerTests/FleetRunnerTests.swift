import Foundation
import LockstepTestSupport
import Lsyncd
import Playbooks
import Propagation
import Provisioning
import RemoteHost
import SystemPackage
import Testing

@testable import FleetRunner

/// Runs of the engine on local shells: each host is a folder of its own.
@Suite("A run", .timeLimit(.minutes(1)))
struct FleetRunnerTests {
    /// A fleet of folders and what happens on it.
    struct Fleet {
        var directory: TemporaryDirectory
        var connector = FakeConnector()
        var hosts: [RunHost] = []
        var syncs: [RunSync] = []
        var counters: [String: CountingHost] = [:]
        let log = EventLog()
        let interruption = Interruption()

        init(_ directory: TemporaryDirectory, slaves: [String] = ["edge1", "edge2"]) throws {
            self.directory = directory
            for name in ["hub"] + slaves {
                try FileManager.default.createDirectory(atPath: directory[name], withIntermediateDirectories: true)
                let host = PlaybookHost(name: name, isMaster: name == "hub", variables: ["dir": directory[name]])
                hosts.append(RunHost(host, privilege: .none))
                let shell = LocalShellHost(name: name, home: directory[name])
                let counter = CountingHost(name == "hub" ? ServicesHost(shell, running: slaves) : shell)
                counters[name] = counter
                connector.hosts[name] = counter
            }
            let mirrors = slaves.map { RunSync.Mirror(name: $0, slave: $0, target: directory[$0]) }
            syncs = [RunSync(source: directory["hub"], mirrors: mirrors)]
        }

        func run(
            _ playbook: String,
            _ verb: FleetRunner.Verb = .up,
            proves: Bool = false,
            canaryStep: Duration = .seconds(10),
            change: Duration = .seconds(900),
            probe: Duration = .seconds(60),
            needsRoot: Bool = false
        ) async throws -> RunSummary {
            let modules = ModuleRegistry([FileModule.self])
            let runner = try FleetRunner(
                hosts: hosts,
                syncs: syncs,
                playbook: Playbook(parsing: playbook, file: "files.ini", modules: modules),
                templates: TemplateLibrary { _ in nil },
                connector: connector,
                settings: FleetRunner.Settings(
                    verb: verb,
                    proves: proves,
                    deadlines: RunDeadlines(probe: probe, change: change, canaryStep: canaryStep),
                    owner: "a test",
                    lockFile: directory["lock"],
                    changesFile: "changes",
                    needsRoot: needsRoot
                ),
                interruption: interruption,
                publish: log.publish
            )
            return await runner.run()
        }

        /// What the summary says of each host.
        func outcomes(_ summary: RunSummary) -> [String] { summary.hosts.map { "\($0.host) \($0.outcome)" } }
        /// How many commands each host was given, the lock's included.
        var commands: [String: Int] { counters.mapValues { $0.scripts.count } }
    }

    static let keys = """
        [The slaves know the master's text]
        hosts  = slaves
        module = file
        path   = {{ dir }}/from-master
        text   = {{ hostvars.master.text }}
        register = echo

        [The master has a text]
        hosts  = master
        module = file
        path   = {{ dir }}/text
        text   = it's "$(id)" of {{ name }}
        register = text

        [The master knows what the slaves have]
        hosts  = master
        loop   = slaves
        module = file
        path   = {{ dir }}/of-{{ item.name }}
        text   = {{ item.name }} has {{ item.echo }}
        """

    @Test("Without canaries a slave's connection is closed as soon as its tasks are settled")
    func connectionsEnd() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            let marks = directory["."]
            fleet.connector.onClose = { name in
                _ = FileManager.default.createFile(atPath: "\(marks)/closed-\(name)", contents: Data())
            }
            // The master waits for that.
            let playbook = """
                [The slaves have a text]
                hosts  = slaves
                module = file
                path   = {{ dir }}/text
                text   = a text

                [The master has a text]
                hosts  = master
                module = file
                path   = {{ dir }}/text
                text   = a text
                first  = until [ -e \(marks)/closed-edge1 ] && [ -e \(marks)/closed-edge2 ]; do sleep 0.05; done
                """
            let summary = try await fleet.run(playbook, change: .seconds(20))
            #expect(fleet.outcomes(summary) == ["hub changed", "edge1 changed", "edge2 changed"])
        }
    }

    @Test(
        "A login without root's rights is told of by the look, and nothing is changed there",
        arguments: [FleetRunner.Verb.plan, .up]
    )
    func withoutRoot(verb: FleetRunner.Verb) async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            // An id that is another user's.
            let bin = directory.path.appending("bin")
            try FileManager.default.createDirectory(atPath: bin.string, withIntermediateDirectories: true)
            for (name, number) in [("root", 0), ("deploy", 1000)] {
                let folder = bin.appending(name)
                try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
                let id = "#!/bin/sh\n[ \"$1\" = -u ] && echo \(number) || echo \(name)\n"
                _ = FileManager.default.createFile(
                    atPath: folder.appending("id").string,
                    contents: Data(id.utf8),
                    attributes: [.posixPermissions: 0o755]
                )
            }
            for (name, user) in [("hub", "root"), ("edge1", "deploy"), ("edge2", "root")] {
                let path = "\(bin.appending(user).string):/usr/bin:/bin"
                let counter = CountingHost(LocalShellHost(name: name, searchPath: path, home: directory[name]))
                fleet.counters[name] = counter
                fleet.connector.hosts[name] = counter
            }
            let summary = try await fleet.run(Self.keys, verb, needsRoot: true)
            #expect(summary.exitCode == RunExitCode.failed)
            let report = try #require(summary.hosts.first { $0.host == "edge1" })
            #expect(
                report.message == "it is logged into as deploy, who is not root, and the inventory asks for no become"
            )
            #expect(report.hint?.contains("ansible_become=yes") == true)
            #expect(fleet.commands["edge1"] == 1)
            #expect(summary.hosts.filter { $0.outcome == .failed }.map(\.host) == ["edge1"])
        }
    }

    @Test("Changes are applied, values cross hosts, and a second run is one command a host")
    func appliesOnce() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let first = try await fleet.run(Self.keys)
            #expect(first.exitCode == RunExitCode.success)
            #expect(fleet.outcomes(first) == ["hub changed", "edge1 changed", "edge2 changed"])
            #expect(first.hosts.map(\.counts.changed) == [3, 1, 1])
            #expect(directory.read("edge2/from-master") == "it's \"$(id)\" of hub")
            #expect(directory.read("hub/of-edge1") == "edge1 has it's \"$(id)\" of hub")
            let before = fleet.commands
            #expect(before["edge1"] == 2, "one to look, one to change")

            let second = try await fleet.run(Self.keys)
            #expect(second.exitCode == RunExitCode.success)
            #expect(fleet.outcomes(second) == ["hub ok", "edge1 ok", "edge2 ok"])
            #expect(second.hosts.map(\.counts.ok) == [3, 1, 1])
            for (host, count) in fleet.commands { #expect(count - (before[host] ?? 0) == 1, "on \(host)") }
        }
    }

    @Test("A slave's service starts while another's guard still asks, though its slave was ready later")
    func lanesOfTheMaster() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let wait = { (file: String) in "until [ -e \(file) ]; do sleep 0.05; done" }
            let playbook = """
                [The slave has a package]
                hosts  = slaves
                module = file
                path   = {{ dir }}/package
                text   = x
                first  = [ {{ name }} = edge1 ] || \(wait(directory["hub/asks-edge1"]))

                [The guard asks]
                hosts  = master
                loop   = slaves
                after  = The slave has a package
                module = file
                path   = {{ dir }}/guard-{{ item.name }}
                text   = x
                first  = : >{{ dir }}/asks-{{ item.name }}; [ {{ item.name }} = edge2 ] || \(wait(directory["hub/service-edge2"]))

                [The service runs]
                hosts  = master
                loop   = slaves
                module = file
                path   = {{ dir }}/service-{{ item.name }}
                text   = x
                """
            let summary = try await fleet.run(playbook, change: .seconds(20))
            #expect(summary.exitCode == RunExitCode.success)
            let order = fleet.log.tasks.filter { $0.task == "The service runs" }.compactMap(\.item)
            #expect(order == ["edge2", "edge1"])
            // Each script holds the lock, and knows the other's.
            #expect(!fleet.log.all.contains { if case .warning = $0 { true } else { false } })
        }
    }

    @Test("A plan says what would be done and what is known after apply, and changes nothing")
    func plan() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let summary = try await fleet.run(Self.keys, .plan)
            #expect(summary.exitCode == RunExitCode.success)
            #expect(summary.hosts.map(\.counts.changed) == [3, 1, 1])
            #expect(fleet.log.tasks.count(where: \.isKnownAfterApply) == 4)
            #expect(fleet.commands.values.allSatisfy { $0 == 1 })
            #expect(directory.read("hub/text") == nil)
            #expect(directory.read("lock") == nil)
        }
    }

    @Test("A slave that cannot be reached is unreachable, the others are complete")
    func unreachable() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            fleet.connector.errors["edge1"] = RemoteHostError(.unreachable, "connection refused", hint: "is sshd up?")
            let summary = try await fleet.run(Self.keys)
            #expect(summary.exitCode == RunExitCode.unreachable)
            #expect(fleet.outcomes(summary) == ["hub changed", "edge1 unreachable", "edge2 changed"])
            #expect(summary.hosts[1].message == "connection refused")
            #expect(summary.hosts[1].hint == "is sshd up?")
            #expect(directory.read("hub/of-edge2") != nil)
            #expect(directory.read("hub/of-edge1") == nil)
        }
    }

    @Test("Without the master nothing is changed, and every host says why")
    func noMaster() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            fleet.connector.errors["hub"] = RemoteHostError(.timedOut, "no answer within 10 s")
            let summary = try await fleet.run("[A text]\nhosts = all\nmodule = file\npath = {{ dir }}/text\ntext = x")
            #expect(summary.exitCode == RunExitCode.unreachable)
            #expect(fleet.outcomes(summary) == ["hub unreachable", "edge1 skipped", "edge2 skipped"])
            #expect(summary.hosts[1].message == "nothing is changed without the master: hub could not be reached")
            #expect(directory.read("edge1/text") == nil)
        }
    }

    @Test("A refused host key ends that host's part with a code of its own")
    func hostKey() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            fleet.connector.errors["edge2"] = RemoteHostError(.hostKeyRefused, "the host's key has changed")
            let summary = try await fleet.run(Self.keys)
            #expect(summary.exitCode == RunExitCode.hostKey)
            #expect(fleet.outcomes(summary) == ["hub changed", "edge1 changed", "edge2 failed"])
            #expect(summary.hosts[2].kind == .hostKey)
        }
    }

    static func sabotaged(_ first: String) -> String {
        """
        [Before]
        hosts  = slaves
        module = file
        path   = {{ dir }}/before
        text   = x

        [In the middle]
        hosts  = slaves
        module = file
        path   = {{ dir }}/middle
        text   = x
        first  = [ {{ name }} != edge1 ] || \(first)

        [Behind]
        hosts  = slaves
        module = file
        path   = {{ dir }}/behind
        text   = x
        """
    }

    @Test("A script that dies in the middle keeps what was done, says where it ended, and harms no other host")
    func scriptDies() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let summary = try await fleet.run(Self.sabotaged("kill -KILL $$"))
            #expect(summary.exitCode == RunExitCode.failed)
            #expect(fleet.outcomes(summary) == ["hub ok", "edge1 failed", "edge2 changed"])
            let report = summary.hosts[1]
            #expect(report.counts == HostReport.Counts(changed: 1, skipped: 2))
            let middle = directory["edge1/middle"]
            #expect(report.message?.hasPrefix("its script ") == true)
            #expect(report.message?.contains(" during 'write \(middle)'") == true)
            #expect(report.hint?.contains("run again") == true)
            #expect(directory.read("edge1/before") == "x")
            #expect(directory.read("edge1/behind") == nil)
            #expect(directory.read("edge2/behind") == "x")
        }
    }

    @Test("A change that fails ends the host's later ones and is told with its words")
    func changeFails() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let summary = try await fleet.run(Self.sabotaged("{ echo no room; exit 3; }"))
            #expect(summary.exitCode == RunExitCode.failed)
            #expect(summary.hosts[1].message == "In the middle: no room (status 3)")
            #expect(summary.hosts[1].counts == HostReport.Counts(changed: 1, failed: 1, skipped: 1))
            #expect(fleet.outcomes(summary) == ["hub ok", "edge1 failed", "edge2 changed"])
        }
    }

    @Test("A change that refuses to go on has a code of its own")
    func changeRefuses() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let summary = try await fleet.run(Self.sabotaged("refuse 3 files would go"))
            #expect(summary.exitCode == RunExitCode.refused)
            #expect(summary.hosts[1].kind == .refused)
        }
    }

    @Test("While another run holds the lock nothing is changed, and that run is named")
    func locked() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let other = RunLock(owner: "alice@laptop", file: directory["lock"], changesFile: directory["changes"])
            other.offer(LocalShellHost(), privilege: .none)
            async let serving: Void = other.serve()
            try await other.acquire()
            let summary = try await fleet.run(Self.keys)
            other.release()
            await serving
            #expect(summary.exitCode == RunExitCode.locked)
            #expect(summary.lockHolder?.hasPrefix("alice@laptop, since ") == true)
            #expect(directory.read("hub/text") == nil)
            #expect(try await fleet.run(Self.keys).exitCode == RunExitCode.success, "it is free again")
        }
    }

    @Test("A master on which the lock cannot be taken fails, and nothing is changed")
    func lockRefused() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            try FileManager.default.createDirectory(atPath: directory["lock"], withIntermediateDirectories: false)
            let summary = try await fleet.run(Self.keys)
            #expect(summary.exitCode == RunExitCode.failed)
            #expect(fleet.outcomes(summary) == ["hub failed", "edge1 skipped", "edge2 skipped"])
            #expect(summary.hosts[0].message?.hasPrefix("the lock cannot be taken: ") == true)
            #expect(directory.read("hub/text") == nil)
        }
    }

    @Test("A canary that arrives proves a slave; one that does not is told as such")
    func proof() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            // The first slave's target is the source itself: all arrives at once. Nothing ever arrives on the second.
            fleet.syncs[0].mirrors[0].target = directory["hub"]
            let summary = try await fleet.run("", .verify, proves: true, canaryStep: .seconds(8))
            #expect(summary.exitCode == RunExitCode.proof)
            #expect(summary.proven == 1)
            #expect(fleet.outcomes(summary) == ["hub ok", "edge1 ok", "edge2 failed"])
            #expect(summary.hosts[2].message == "a canary was not seen to be created within 8 s")
            let proven = fleet.log.all.filter { if case .proven("edge1", nil, _) = $0 { true } else { false } }
            #expect(proven.count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory["hub"]).isEmpty)
        }
    }

    @Test("A copy is proven while another slave is still set up, and not before its own service was seen to")
    func proofWhileChanging() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory, slaves: (1...8).map { "edge\($0)" })
            // What is written in the source arrives at once.
            for index in fleet.syncs[0].mirrors.indices { fleet.syncs[0].mirrors[index].target = directory["hub"] }
            let wait = { (file: String) in "until [ -e \(file) ]; do sleep 0.05; done" }
            let playbook = """
                [The slave has a package]
                hosts  = slaves
                module = file
                path   = {{ dir }}/package
                text   = x
                first  = [ {{ name }} != edge8 ] || \(wait(directory["proven"]))

                [The service runs]
                hosts  = master
                loop   = slaves
                after  = The slave has a package
                module = file
                path   = {{ dir }}/service-{{ item.name }}
                text   = x
                first  = [ {{ item.name }} != edge7 ] || \(wait(directory["proven"]))
                """
            let log = fleet.log
            let proven: @Sendable (String) -> Int? = { host in
                log.all.firstIndex { if case .proven(host, _, _) = $0 { true } else { false } }
            }
            // The last two are seen to when all others are proven.
            async let releasing: Void = {
                while !(1...6).allSatisfy({ proven("edge\($0)") != nil }) {
                    try await Task.sleep(for: .milliseconds(20))
                }
                try directory.write("", to: "proven")
            }()
            let summary = try await fleet.run(playbook, proves: true, change: .seconds(40))
            try await releasing
            #expect(summary.exitCode == RunExitCode.success)
            #expect(summary.proven == 8)
            for slave in 1...8 {
                let service = log.all.firstIndex {
                    if case .task(let report) = $0 {
                        report.task == "The service runs" && report.item == "edge\(slave)"
                    } else {
                        false
                    }
                }
                #expect(try #require(service) < #require(proven("edge\(slave)")))
            }
            // No session for each copy.
            let canaries = log.all.count { if case .canaryWritten(_, "created") = $0 { true } else { false } }
            #expect(canaries < 8)
            #expect(try #require(fleet.counters["hub"]).mostAtOnce <= 10)
        }
    }

    @Test("A master that grants two sessions at a time is set up and proven as well")
    func fewSessions() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory, slaves: (1...5).map { "edge\($0)" })
            for index in fleet.syncs[0].mirrors.indices { fleet.syncs[0].mirrors[index].target = directory["hub"] }
            let hub = try #require(fleet.counters["hub"])
            fleet.connector.hosts["hub"] = NarrowHost(hub, sessions: 2)
            let playbook = """
                [The slave has a package]
                hosts  = slaves
                module = file
                path   = {{ dir }}/package
                text   = x
                first  = [ {{ name }} = edge1 ] || sleep 0.5

                [The service runs]
                hosts  = master
                loop   = slaves
                after  = The slave has a package
                module = file
                path   = {{ dir }}/service-{{ item.name }}
                text   = x
                first  = sleep 1
                """
            let summary = try await fleet.run(playbook, proves: true)
            #expect(summary.exitCode == RunExitCode.success)
            #expect(summary.proven == 5)
            #expect(hub.mostAtOnce == 2)
        }
    }

    @Test("A copy whose own service does not run is not proven by a canary that another one carries, which is named")
    func proofByAnother() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            for index in fleet.syncs[0].mirrors.indices { fleet.syncs[0].mirrors[index].target = directory["hub"] }
            let shell = LocalShellHost(name: "hub", home: directory["hub"])
            fleet.connector.hosts["hub"] = ServicesHost(shell, running: ["edge1"], stopped: ["edge2"], others: ["old2"])
            let summary = try await fleet.run("", .verify, proves: true)
            #expect(summary.exitCode == RunExitCode.proof)
            #expect(summary.proven == 1)
            #expect(fleet.outcomes(summary) == ["hub ok", "edge1 ok", "edge2 failed"])
            #expect(
                summary.hosts[2].message
                    == "not proven: lockstep-lsyncd@edge2.service does not run on the master (inactive)"
            )
            #expect(summary.hosts[2].hint?.contains("old2") == true)
        }
    }

    @Test("Services and reports are one question before a canary, and the logs of all idle copies another")
    func questionsOfAProof() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory, slaves: ["edge1"])
            // Copies of one slave are ready at the same time, and so in one canary.
            fleet.syncs[0].mirrors = ["edge1", "edge2", "edge3"].map {
                RunSync.Mirror(name: $0, slave: "edge1", target: directory["hub"])
            }
            let shell = LocalShellHost(name: "hub", home: directory["hub"])
            let hub = CountingHost(ServicesHost(shell, running: ["edge1"], stopped: ["edge2", "edge3"]))
            fleet.connector.hosts["hub"] = hub
            let summary = try await fleet.run("", .verify, proves: true)
            #expect(summary.exitCode == RunExitCode.proof)
            // What is waited for and what is put off is asked beside that.
            #expect(hub.scripts.filter { $0.contains(LsyncdServicesFact().script) }.count == 1)
            #expect(hub.scripts.filter { $0.contains("/run/lockstep/edge1/report.json") }.count == 2)
            #expect(hub.scripts.filter { $0.contains(LsyncdLogFact("edge2").script) }.count == 1)
            #expect(hub.scripts.filter { $0.contains("journalctl") }.count == 1)
        }
    }

    @Test("The checks of verify need no lock")
    func checksWithoutLock() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let other = RunLock(owner: "alice@laptop", file: directory["lock"], changesFile: directory["changes"])
            other.offer(LocalShellHost(), privilege: .none)
            async let serving: Void = other.serve()
            try await other.acquire()
            let summary = try await fleet.run(Self.keys, .verify)
            other.release()
            await serving
            #expect(summary.exitCode == RunExitCode.success)
        }
    }

    @Test("Rights that are not to be had fail a host at the first command, before a canary is thought of")
    func proofWithoutRights() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            let refusal = RemoteHostError(.shellRefused, "sudo takes another password")
            let locked = CountingHost(RefusingHost(name: "hub", refusal: refusal))
            fleet.connector.hosts["hub"] = locked
            let summary = try await fleet.run("", .verify, proves: true)
            #expect(summary.exitCode == RunExitCode.failed)
            #expect(summary.hosts[0].message == "sudo takes another password")
            #expect(locked.scripts.count == 1, "a wrong password is tried once")
        }
    }

    @Test("No canary is sent to a slave that is not as wanted, nor from such a master")
    func noProofOfTheUnsound() async throws {
        try await TemporaryDirectory.with { directory in
            var fleet = try Fleet(directory)
            for index in fleet.syncs[0].mirrors.indices { fleet.syncs[0].mirrors[index].target = directory["hub"] }
            let summary = try await fleet.run(Self.sabotaged("exit 3"), proves: true)
            #expect(summary.proven == 1)
            #expect(summary.exitCode == RunExitCode.failed)
            try FileManager.default.createDirectory(atPath: directory["hub/text"], withIntermediateDirectories: false)
            #expect(try await fleet.run(Self.keys, proves: true).proven == 0)
            let warnings = fleet.log.all.filter { if case .warning("hub", _) = $0 { true } else { false } }
            #expect(warnings.count == 1)
        }
    }

    @Test("Events begin with the hosts and end with a report of each and the summary")
    func events() async throws {
        try await TemporaryDirectory.with { directory in
            let fleet = try Fleet(directory)
            let summary = try await fleet.run(Self.keys)
            let events = fleet.log.all
            #expect(events.first == .started(verb: "up", hosts: ["hub", "edge1", "edge2"], tasks: 5))
            #expect(events.suffix(4) == summary.hosts.map { .host($0) } + [.finished(summary)])
            #expect(fleet.log.tasks.count == 5)
        }
    }
}
