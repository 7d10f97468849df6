import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

@testable import Lsyncd

@Suite("How replication stands")
struct FleetStatusTests {
    static let report = """
        {"layer":3,"lsyncd":"2.2.3","name":"a","phase":"live","incomplete":false,"failures":0,"retry_in":0,"runs":2,\
        "exit":0,"ok_at":90,"failed_at":0,"watches":12,"written_at":99}
        """

    @Test("Each copy, its service, and what is used of the limits")
    func parts() throws {
        let text = """
            now 100
            allowed 524288 1024
            copy a lockstep-lsyncd@_shared-1.service active 2
            \(Self.report)
            copy d lockstep-lsyncd@_shared-1.service active 2
            \(Self.report.replacing("\"name\":\"a\"", with: "\"name\":\"d\""))
            copy e lockstep-lsyncd@e.service active 0
            \(Self.report.replacing("\"watches\":12", with: "\"watches\":7"))
            copy b lockstep-lsyncd@b.service inactive 0
            copy c lockstep-lsyncd@c.service active 0
            \(Self.report.replacing("\"name\":\"a\"", with: "\"name\":\"c\"").replacing("99}", with: "80}"))

            """
        let status = try #require(FleetStatus(text))
        #expect(
            status.watches == .init(used: 19, allowed: 524_288, age: nil),
            "an older layer does not say when it counted"
        )
        #expect(status.instances == .init(used: 2, allowed: 1024))
        #expect(status.copies.map(\.name) == ["a", "d", "e", "b", "c"])
        #expect(status.copies.map(\.service.count) == [33, 33, 25, 25, 25])
        #expect(status.copies.map(\.restarts) == [2, 2, 0, 0, 0])
        #expect(status.copies.map(\.sentAgo) == [10, 10, 10, nil, nil])
        // A report that is not renewed is none: lsyncd is gone or stuck.
        #expect(status.copies.map { $0.report != nil } == [true, true, true, false, false])
        #expect(status.copies.map(\.isSound) == [true, true, true, false, false])
    }

    @Test(
        "A copy that fails, or that lacks files, is not sound",
        arguments: [
            ("\"failures\":0", "\"failures\":1"), ("\"incomplete\":false", "\"incomplete\":true"),
            ("live", "suspended"),
        ]
    )
    func unsound(from: String, to: String) throws {
        let text = "now 100\nallowed 1 1\ncopy a x active 0\n" + Self.report.replacing(from, with: to)
        #expect(try #require(FleetStatus(text)).copies.map(\.isSound) == [false])
    }

    @Test("What is watched is counted at that moment, for every lsyncd of Lockstep's")
    func counted() throws {
        let text = "now 100\nallowed 9000 128\nlsyncd 17 1800\nlsyncd 18 3\ncounted\ncopy a x active 0\n" + Self.report
        let status = try #require(FleetStatus(text))
        #expect(status.watches == .init(used: 1803, allowed: 9000))
        #expect(status.instances == .init(used: 2, allowed: 128))
        #expect(try #require(FleetStatus("now 100\nallowed 9000 128\ncounted\n")).watches.used == 0)
    }

    @Test(
        "Where that cannot be had, the layer's count is told with its age",
        arguments: ["lsyncd 17\ncounted\n", "lsyncd 17 0\ncounted\n", "lsyncd 17 \ncounted\n", "lsyncd 17 1800\n", ""]
    )
    func counts(lines: String) throws {
        let report = Self.report.replacing("\"watches\":12", with: "\"watches\":12,\"watches_at\":70")
        let text = "now 100\nallowed 9000 128\n\(lines)copy a x active 0\n" + report
        let status = try #require(FleetStatus(text))
        #expect(status.watches == .init(used: 12, allowed: 9000, age: 30))
        #expect(status.instances == .init(used: 1, allowed: 128))
    }

    @Test("The layers' counts are as old as the oldest; where one does not say when, the age is not known")
    func oldestCount() throws {
        let report = { (name: String, watches: Int, time: String) in
            let figures = "\"name\":\"\(name)\",\"watches\":\(watches)\(time)"
            return "copy \(name) s\(name.first!) active 0\n{\(figures),\"phase\":\"live\",\"written_at\":99}\n"
        }
        let two = report("a1", 12, ",\"watches_at\":70") + report("a2", 10, ",\"watches_at\":40")
        let other = report("b", 7, ",\"watches_at\":60")
        let text = "now 100\nallowed 9000 128\n" + two + other
        let status = try #require(FleetStatus(text))
        // Of an lsyncd of several copies the highest count is the latest.
        #expect(status.watches == .init(used: 19, allowed: 9000, age: 40))
        #expect(status.instances == .init(used: 2, allowed: 128))
        #expect(
            try #require(FleetStatus(text + report("c", 1, ""))).watches == .init(used: 20, allowed: 9000, age: nil)
        )
    }

    @Test("Copies that the inventory does not have are told by name; those that were not asked about are known")
    func strangers() throws {
        let text = """
            now 100
            allowed 1 1
            keeper lockstep-lsyncd@_shared-1.service active z known a
            keeper lockstep-lsyncd@b.service failed b
            copy b lockstep-lsyncd@b.service failed 0

            """
        let status = try #require(FleetStatus(text, known: ["known"]))
        let service = "lockstep-lsyncd@_shared-1.service"
        #expect(
            status.strangers == [
                .init(name: "a", service: service, state: "active"),
                .init(name: "z", service: service, state: "active"),
            ]
        )
    }

    @Test(
        "A change that waits, or a transfer that goes on, longer than the delay and ten seconds makes a copy behind",
        arguments: [
            // waiting, since, sending since, delay, behind
            (0, 0, 0, "1", false), (3, 95, 0, "1", false), (3, 75, 76, "1", true), (3, 75, 76, "14.5", false),
            (1, 75, 76, "13.9", true), (0, 0, 75, "1", true), (0, 0, 98, "0", false), (1, 89, 0, "0", true),
            (1, 90, 0, "0", false),
        ]
    )
    func behind(waiting: Int, since: Int, sending: Int, delay: String, isBehind: Bool) throws {
        let figures =
            "\"waiting\":\(waiting),\"waiting_since\":\(since),\"sending_since\":\(sending),\"sending_full\":false"
        let report = Self.report.replacing("\"failures\":0", with: "\"failures\":0,\(figures)")
        let text = "now 100\nallowed 1 1\nname b\ndelay 900\nname a\ndelay \(delay)\ncopy a x active 0\n" + report
        let copy = try #require(FleetStatus(text)?.copies.first)
        #expect(copy.isBehind == isBehind && copy.isSound == !isBehind, "\(copy)")
        #expect(copy.waitingFor == (waiting > 0 ? 100 - since : nil))
        #expect(copy.sendingFor == (sending > 0 ? 100 - sending : nil))
    }

    @Test("A copy with a path that is left out is not sound")
    func leftOut() throws {
        let figures = "\"left_out\":[{\"path\":\"/media\",\"why\":\"unmounted\"}],\"left_out_count\":1"
        let text = "now 100\nallowed 1 1\ncopy a x active 0\n" + Self.report.replacing("\"runs\":2", with: figures)
        let copy = try #require(FleetStatus(text)?.copies.first)
        #expect(copy.isIncomplete && !copy.isSound)
    }

    @Test("What is no answer is none", arguments: ["", "sudo: no\n", "now 1\n"])
    func noAnswer(text: String) {
        #expect(FleetStatus(text) == nil)
    }

    @Test(
        "The script counts what the real lsyncd watches at that moment, whatever it reported before",
        .timeLimit(.minutes(2)),
        arguments: ["dash", "bash", "busybox sh"]
    )
    func countedNow(shell: String) async throws {
        try await Replication.with { replication in
            try await replication.untilLive()
            _ = try await LocalProgram.shell("cd \"$1\" && mkdir $(seq 50)", replication.source)
            let script = FleetStatus.script(copies: [Replication.name])
                .replacing("/usr/local/lib/lockstep/instance.lua", with: replication.configuration)
                .replacing("/etc/lockstep/lsyncd/", with: "\(replication.directory)/etc/lsyncd/")
                .replacing("/run/lockstep/", with: "\(replication.directory)/run/")
            let ask = { (script: String) in
                try await LocalProgram.run("sh", ["-c", "exec \(shell) -s"], input: script).output
            }
            try await eventually("the new directories are counted") {
                let output = try await ask(script)
                let status = try #require(FleetStatus(output), "\(output)")
                return status.watches.used >= 51 && status.watches.age == 0 && status.instances.used == 1
            }
            let copy = try #require(FleetStatus(try await ask(script))?.copies.first)
            #expect(copy.name == Replication.name && copy.delay == 0.1 && copy.report?.phase == .live, "\(copy)")
            // As where not even root may look at what other users' processes have open.
            let blind = try await ask("readlink() { :; }\n" + script)
            #expect(blind.contains(/\nlsyncd [0-9]+\ncounted\n/), "\(blind)")
        }
    }

    @Test("The script finds this machine's limits")
    func script() async throws {
        let script = FleetStatus.script(copies: ["no such-copy"])
        let result = try await LocalShellHost().run(Command.script(script, deadline: .seconds(60)))
        let status = try #require(FleetStatus(result.outputText), "\(result.outputText)\(result.errorText)")
        #expect(status.watches.allowed > 0 && status.instances.allowed > 0)
        #expect(result.outputText.contains("\ncounted\n"), "\(result.outputText)")
    }
}
