import Foundation
import LockstepTestSupport
import Lsyncd
import Provisioning
import SystemPackage
import Testing

@Suite("Request for a full pass", .timeLimit(.minutes(1)))
struct ResyncRequestTests {
    @Test(
        "A path is found below its source by its bytes",
        arguments: [
            ("/srv/site/media", "/srv/site", "/media"), ("/srv/site/media/", "/srv/site/", "/media"),
            ("/srv/site", "/srv/site", "/"), ("/srv/site-2", "/srv/site", nil), ("/srv", "/srv/site", nil),
            ("/srv/e\u{301}/m", "/srv/\u{e9}", nil), ("/srv/site/it's $(x)", "/srv/site", "/it's $(x)"),
        ]
    )
    func place(path: String, source: String, place: String?) {
        #expect(ResyncRequest.place(of: path, below: source) == place)
    }

    @Test("Each copy is asked, and what is missing reaches it as it is; one whose lsyncd is silent is said")
    func asked() async throws {
        try await TemporaryDirectory.with { directory in
            let run = directory.path.string
            let now = Int(Date.now.timeIntervalSince1970)
            for (name, time) in [("a", now + 600), ("docs@b", now + 600), ("old", now - 60)] {
                try FileManager.default.createDirectory(atPath: "\(run)/\(name)", withIntermediateDirectories: true)
                let report = #"{"name":"\#(name)","phase":"live","written_at":\#(time)}"# + "\n"
                try Data(report.utf8).write(to: URL(filePath: "\(run)/\(name)/report.json"))
            }
            let request = ResyncRequest(copies: [
                .init(name: "a", missing: ["/media", "/it's $(x) `y`"]), .init(name: "docs@b", missing: []),
                .init(name: "old", missing: ["/media"]), .init(name: "none", missing: []),
            ])
            for shell in ["dash", "bash", "busybox sh"] {
                let facts = try await MasterAnswers.ask(request.facts, in: shell, moving: ["/run/lockstep/": "\(run)/"])
                var outputs: [String: ProbeOutput?] = [:]
                for (name, change) in try request.changes(after: facts) {
                    outputs[name] = .some(try await ended(change, in: shell, run))
                }
                let answers = try #require(request.answers(in: outputs), "\(shell): \(outputs)")
                #expect(answers.map(\.name) == ["a", "docs@b", "old", "none"])
                #expect(answers.map(\.answer) == [.asked, .asked, .silent, .silent], "\(shell): \(outputs)")
                let missing = try Data(contentsOf: URL(filePath: "\(run)/a/accept-missing"))
                #expect(String(decoding: missing, as: UTF8.self) == "/media\0/it's $(x) `y`\0")
                for name in ["a", "docs@b"] {
                    #expect(FileManager.default.fileExists(atPath: "\(run)/\(name)/resync"))
                    try FileManager.default.removeItem(atPath: "\(run)/\(name)/resync")
                }
                #expect(!FileManager.default.fileExists(atPath: "\(run)/docs@b/accept-missing"))
                #expect(!FileManager.default.fileExists(atPath: "\(run)/old/accept-missing"))
            }
        }
    }

    /// How a change ends whose files are in a test's directory.
    private func ended(_ change: Change, in shell: String, _ run: String) async throws -> ProbeOutput {
        let framed = FramedScript(applying: [FramedScript.Step(change)], nonce: "n0")
        // There is no user of that name here.
        let script = framed.text.replacing("/run/lockstep/", with: "\(run)/")
            .replacing("su -s /bin/sh lockstep -c", with: "sh -c")
        let result = try await LocalProgram.shell("printf %s \"$1\" | \(shell)", script)
        var parser = FrameParser(nonce: framed.nonce)
        return try #require(parser.consume(Array(result.output.utf8)).first, "\(result.error)").output
    }

    @Test("A path that cannot be written is told, and a directory that is there already is a wish as well")
    func failed() async throws {
        try await TemporaryDirectory.with { directory in
            let run = directory.path.string
            let request = ResyncRequest(copies: [.init(name: "a", missing: []), .init(name: "gone", missing: ["/m"])])
            try FileManager.default.createDirectory(atPath: "\(run)/a/resync", withIntermediateDirectories: true)
            var facts = Facts()
            facts.add(100, of: ClockFact())
            var outputs: [String: ProbeOutput?] = [:]
            for name in ["a", "gone"] {
                let report = TargetReport(parsing: #"{"name":"\#(name)","phase":"live","written_at":99}"#)
                facts.add(report, of: CopyReportFact(name))
            }
            for (name, change) in try request.changes(after: facts) {
                outputs[name] = .some(try await ended(change, in: "sh", run))
            }
            #expect(request.answers(in: outputs)?.map(\.answer) == [.asked, .failed])
        }
    }

    @Test("A copy without an answer makes all of it no answer")
    func incomplete() {
        let request = ResyncRequest(copies: [.init(name: "a", missing: []), .init(name: "b", missing: [])])
        let asked = ProbeOutput(text: "")
        #expect(request.answers(in: ["a": asked, "b": ProbeOutput?.none]) == nil)
        let failed = ProbeOutput(status: 1, text: "")
        #expect(request.answers(in: ["a": asked, "b": failed])?.map(\.answer) == [.asked, .failed])
    }
}
