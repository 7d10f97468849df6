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
        #expect(status.watches == .init(used: 19, allowed: 524_288))
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

    @Test("What is no answer is none", arguments: ["", "sudo: no\n", "now 1\n"])
    func noAnswer(text: String) {
        #expect(FleetStatus(text) == nil)
    }

    @Test("The script finds this machine's limits")
    func script() async throws {
        let script = FleetStatus.script(copies: ["no such-copy"])
        let result = try await LocalShellHost().run(Command.script(script, deadline: .seconds(60)))
        let status = try #require(FleetStatus(result.outputText), "\(result.outputText)\(result.errorText)")
        #expect(status.watches.allowed > 0 && status.instances.allowed > 0)
    }
}
