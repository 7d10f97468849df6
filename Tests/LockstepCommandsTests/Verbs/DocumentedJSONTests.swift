import Foundation
import LockstepTestSupport
import Testing

@Suite("JSON lines of the verbs that connect to nobody", .timeLimit(.minutes(1)))
struct DocumentedJSONTests {
    @Test("The documentation shows each line as it is written")
    func documented() async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/json-lines.md")
        let part = try #require(try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n# ").last)
        let shown = part.split(separator: "\n").filter { $0.hasPrefix("{") }.map(String.init)
        try #require(shown.count == 4)
        let inventory = "[master]\nhub source=/srv/a\n[slaves]\nedge1 target=/srv/b rack=2\n[slaves:vars]\nrack = 1\n"
        try await WrittenFleet.with(["lockstep.ini": inventory]) { fleet in
            let explained = try await fleet.lockstep("--json", "explain", "edge1").output
            #expect(explained.contains(shown[0]))
            let rendered = try await fleet.lockstep("--json", "render", "--host", "edge1").output
            #expect(rendered.contains(shown[3] + "\n"))
        }
        let faulty = inventory.replacing("rack=2", with: "     delay=soon")
        try await WrittenFleet.with(["lockstep.ini": faulty]) { fleet in
            let found = try await fleet.lockstep("--json", "lint").output
            #expect(found == "\(shown[1])\n\(shown[2])\n")
        }
    }
}
