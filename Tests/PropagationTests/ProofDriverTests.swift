import LockstepTestSupport
import Propagation
import RemoteHost
import Testing

@Suite("A proof over a connection", .timeLimit(.minutes(1)))
struct ProofDriverTests {
    private let replication = ScriptedReplication()
    private let lost = RemoteHostError(.connectionLost, "the connection broke")

    @Test("Both scripts run with the rights that their site names, and read their paths as data")
    func commands() async throws {
        let (master, slave) = (
            replication.master(), replication.slave()
        )
        let proof = Proof(
            master: ProofSite(host: master, directory: "/srv/it's", privilege: .sudo(user: "root")),
            slaves: [ProofSite(host: slave, directory: "-data/", privilege: .doas(user: "web"))]
        )
        #expect(try await proof.run().isProven)
        #expect(master.commands.count == 1 && master.commands[0].line.hasPrefix("sudo -n -u root -- sh "))
        #expect(slave.commands.count == 1 && slave.commands[0].line.hasPrefix("doas -n -u web sh "))
        #expect(master.commands[0].inputText.contains("\nsource='/srv/it'\\''s'\n"))
        #expect(slave.commands[0].inputText.contains("\ntarget=./-data\n"))
        for host in [master, slave] {
            #expect(host.commands[0].inputText.contains(proof.canary.directoryName))
            #expect(host.commands[0].deadline > ProofTiming().step * 9)
        }
    }

    @Test("What a login shell prints before, and pieces cut anywhere, change nothing")
    func noise() async throws {
        let master = replication.master(greeting: "Welcome to web1\nready for you\nseen created")
        let slave = replication.slave(greeting: "seen deleted\nwritten created\nno end")
        let proof = Proof(
            master: ProofSite(host: master, directory: "/srv"),
            slaves: [ProofSite(host: slave, directory: "/srv")]
        )
        #expect(try await proof.run().isProven)
    }

    @Test("A slave that cannot be reached is lost, and the others are proven")
    func lostSlave() async throws {
        let proof = Proof(
            master: ProofSite(host: replication.master(), directory: "/srv"),
            slaves: [
                ProofSite(host: ScriptedHost(name: "a", [.to("target=", throws: lost)]), directory: "/srv"),
                ProofSite(host: replication.slave("b"), directory: "/srv"),
            ]
        )
        let events = EventLog()
        let report = try await proof.run(onEvent: events.add)
        #expect(report.slaves[0] == .init(name: "a", outcome: .lost(lost), leftover: nil))
        #expect(report.slaves[1].isProven)
        #expect(events.all.contains(.dropped(slave: "a", reason: lost.message)))
    }

    @Test("A master that cannot be reached is an error")
    func lostMaster() async throws {
        let proof = Proof(
            master: ProofSite(host: ScriptedHost(name: "master", [.to("source=", throws: lost)]), directory: "/srv"),
            slaves: [ProofSite(host: replication.slave(), directory: "/srv")]
        )
        await #expect(throws: ProofError(.lost(.connectionLost), lost.message)) { try await proof.run() }
    }

    @Test("A host that never ends its command is given up in the end")
    func hungHost() async throws {
        let hung = ScriptedHost.Answer("hangs", when: { _ in true }) { _, _ throws(RemoteHostError) in
            try? await Task.sleep(for: .seconds(600))
            throw RemoteHostError(.cancelled, "cancelled")
        }
        let proof = Proof(
            master: ProofSite(host: replication.master(), directory: "/srv"),
            slaves: [
                ProofSite(host: ScriptedHost(name: "a", [hung]), directory: "/srv"),
                ProofSite(host: replication.slave("b"), directory: "/srv"),
            ],
            timing: ProofTiming(step: .seconds(2), farewell: .milliseconds(10), ending: .milliseconds(200))
        )
        let report = try await proof.run()
        guard case .lost(let error) = report.slaves[0].outcome else {
            Issue.record("not lost: \(report)")
            return
        }
        #expect(error.code == .timedOut)
        #expect(report.slaves[1].isProven)
    }

    @Test("An interruption that was asked for before ends the proof before anything is written")
    func interruptedBefore() async throws {
        let interruption = Interruption()
        interruption.request()
        let events = EventLog()
        let waiting = ScriptedHost.Answer("waits", when: { _ in true }) { command, _ throws(RemoteHostError) in
            for await _ in command.laterInput ?? AsyncStream(unfolding: { nil }) {}
            return .status(0)
        }
        let proof = Proof(
            master: ProofSite(host: ScriptedHost(name: "master", [waiting]), directory: "/srv"),
            slaves: [ProofSite(host: ScriptedHost(name: "slave", [waiting]), directory: "/srv")]
        )
        let report = try await proof.run(interruption: interruption, onEvent: events.add)
        #expect(report.isInterrupted)
        #expect(report.slaves == [.init(name: "slave", outcome: .interrupted(seen: [:]), leftover: nil)])
        #expect(events.all == [])
    }
}

/// A replication without delay, played by scripted hosts.
private struct ScriptedReplication {
    private let steps = AsyncStream.makeStream(of: CanaryStep.self)

    /// A master that takes every step it is told to, and says so byte by byte.
    func master(greeting: String = "") -> ScriptedHost {
        let answer = ScriptedHost.Answer("the master's script", when: { $0.inputText.contains("source=") }) {
            [steps = steps.continuation] command, output throws(RemoteHostError) in
            output.append(.standardOutput(Array("\(greeting)\nready\n".utf8)))
            for await word in command.laterInput ?? AsyncStream(unfolding: { nil }) {
                let orders = CanaryStep.allCases.filter { Array("\($0.order)\n".utf8) == word }
                for step in orders {
                    for byte in "written \(step.rawValue)\n".utf8 { output.append(.standardOutput([byte])) }
                    steps.yield(step)
                }
            }
            return .status(0)
        }
        return ScriptedHost(name: "master", [answer])
    }

    /// A slave that sees every step of the master's; there can be one.
    func slave(_ name: String = "slave", greeting: String = "") -> ScriptedHost {
        let answer = ScriptedHost.Answer("a slave's script", when: { $0.inputText.contains("target=") }) {
            [steps = steps.stream] command, output throws(RemoteHostError) in
            output.append(.standardOutput(Array("\(greeting)\nready\n".utf8)))
            for await step in steps {
                output.append(.standardOutput(Array("seen \(step.rawValue)\n".utf8)))
                if step == .deleted { break }
            }
            for await _ in command.laterInput ?? AsyncStream(unfolding: { nil }) {}
            return .status(0)
        }
        return ScriptedHost(name: name, [answer])
    }
}
