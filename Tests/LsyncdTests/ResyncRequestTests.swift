import Foundation
import LockstepTestSupport
import Lsyncd
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
    func script() async throws {
        try await TemporaryDirectory.with { directory in
            let run = directory.path.string
            for name in ["a", "docs@b", "old"] {
                try FileManager.default.createDirectory(atPath: "\(run)/\(name)", withIntermediateDirectories: true)
                try Data().write(to: URL(filePath: "\(run)/\(name)/report.json"))
            }
            let past = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -60)]
            try FileManager.default.setAttributes(past, ofItemAtPath: "\(run)/old/report.json")
            let request = ResyncRequest(copies: [
                .init(name: "a", missing: ["/media", "/it's $(x) `y`"]), .init(name: "docs@b", missing: []),
                .init(name: "old", missing: ["/media"]), .init(name: "none", missing: []),
            ])
            // There is no user of that name here.
            let script = request.script.replacing("/run/lockstep/", with: "\(run)/")
                .replacing("su -s /bin/sh lockstep -c", with: "sh -c")
            for shell in ["dash", "bash", "busybox sh"] {
                let result = try await LocalProgram.shell("printf %s \"$1\" | \(shell)", script)
                let answers = try #require(request.answers(in: result.output), "\(shell): \(result.error)")
                #expect(answers.map(\.name) == ["a", "docs@b", "old", "none"])
                #expect(answers.map(\.answer) == [.asked, .asked, .silent, .silent], "\(shell): \(result.error)")
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

    @Test("A copy without an answer makes all of it no answer")
    func incomplete() {
        let request = ResyncRequest(copies: [.init(name: "a", missing: []), .init(name: "b", missing: [])])
        #expect(request.answers(in: "asked a\n") == nil)
        #expect(request.answers(in: "asked a\nfailed b\n")?.map(\.answer) == [.asked, .failed])
    }
}
