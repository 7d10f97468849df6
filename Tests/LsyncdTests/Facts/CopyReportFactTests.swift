import Foundation
import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

@Suite("What lsyncd last said of copies", .timeLimit(.minutes(1)))
struct CopyReportFactTests {
    private static func report(_ name: String) -> String {
        #"{"layer":4,"name":"\#(name)","phase":"live","written_at":99}"# + "\n"
    }

    @Test("Each copy has its own, whatever it is called", arguments: ["dash", "bash", "busybox sh"])
    func script(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            let names = ["edge1", "docs@edge1", "it's", "a b"]
            for name in names + ["torn"] { try await runLocally("mkdir", [directory[name]]) }
            for name in names { try directory.write(Self.report(name), to: "\(name)/report.json") }
            try directory.write("{\"name\":", to: "torn/report.json")
            let copies = names + ["torn", "none"]
            let facts = try await MasterAnswers.ask(
                CopyReports.facts(of: copies),
                in: shell,
                moving: ["/run/lockstep/": "\(directory["."])/"]
            )
            let reports = try CopyReports(of: copies, in: facts).reports
            #expect(reports.mapValues(\.name) == Dictionary(uniqueKeysWithValues: names.map { ($0, $0) }))
            #expect(try facts.value(of: ClockFact()) > 1_700_000_000)
        }
    }

    @Test("A report that is not renewed for ten seconds is not alive", arguments: [(90, true), (89, false)])
    func alive(written: Int, isAlive: Bool) throws {
        let report = #"{"name":"a","phase":"live","written_at":\#(written)}"#
        let facts = try MasterState(now: 99, reports: [report]).facts(about: ["a"])
        #expect((try CopyReports(of: ["a"], in: facts).alive("a") != nil) == isAlive)
    }

    @Test("A hundred reports cost as many processes as ten", arguments: [10, 100])
    func processes(count: Int) async throws {
        try await TemporaryDirectory.with { directory in
            let copies = (0..<count).map { "edge\($0)" }
            for copy in copies {
                let run = directory["run/\(copy)"]
                try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
                try directory.write(Self.report(copy), to: "run/\(copy)/report.json")
            }
            let tools = try await CountedTools.install(in: directory)
            let facts = try await MasterAnswers.ask(
                CopyReports.facts(of: copies),
                moving: ["/run/lockstep/": directory["run"] + "/"],
                preface: tools.preface
            )
            #expect(try CopyReports(of: copies, in: facts).reports.count == count)
            #expect(tools.started == ["date", "grep"])
        }
    }
}
