import LockstepTestSupport
import SystemPackage
import Testing

@testable import TerminalOutput

@Suite("Unified differences")
struct UnifiedDiffTests {
    private func diff(_ old: String, _ new: String, effort: Int = 500) -> String {
        let lines = UnifiedDiff(from: Array(old.utf8), to: Array(new.utf8), effort: effort)
            .lines(from: "old", to: "new")
        return String(decoding: lines.joined(), as: UTF8.self)
    }

    @Test(
        "A difference reads as diff -u writes it",
        arguments: [
            ("a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"),
            ("", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"),
            ("a\n", "", "@@ -1 +0,0 @@\n-a\n"),
            ("a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
            (
                "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n6\n7\n8\n9\n",
                "@@ -2,7 +2,6 @@\n 2\n 3\n 4\n-5\n 6\n 7\n 8\n"
            ),
        ]
    )
    func text(old: String, new: String, hunks: String) {
        #expect(diff(old, new) == "--- old\n+++ new\n" + hunks)
    }

    @Test("Equal outputs have no difference")
    func equal() {
        #expect(diff("a\nb", "a\nb") == "")
        #expect(UnifiedDiff(from: [], to: []).isEmpty)
    }

    @Test("Changes that are far apart stand in hunks of their own, near ones in one")
    func hunks() {
        let old = (1...40).map { "\($0)\n" }
        var new = old
        (new[4], new[9], new[30]) = ("x\n", "y\n", "z\n")
        let text = diff(old.joined(), new.joined())
        #expect(
            text.split(separator: "\n").filter { $0.hasPrefix("@@") } == ["@@ -2,12 +2,12 @@", "@@ -28,7 +28,7 @@"]
        )
    }

    @Test("Bytes that are no text come through as they are")
    func bytes() {
        let diff = UnifiedDiff(from: [0xFF, 10], to: [0xFE, 0, 10])
        #expect(diff.lines(from: "a", to: "b").suffix(2) == [[0x2D, 0xFF, 10], [0x2B, 0xFE, 0, 10]])
    }

    @Test("It is as short as the shortest that diff finds, and leads from the one text to the other")
    func shortest() async throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<12 {
            let old = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                "\(Int.random(in: 0...9, using: &random))\n"
            }
            let new = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                "\(Int.random(in: 0...9, using: &random))\n"
            }
            let lines = UnifiedDiff(from: Array(old.joined().utf8), to: Array(new.joined().utf8))
                .lines(from: "a", to: "b").map { String(decoding: $0, as: UTF8.self) }
            let changes = lines.dropFirst(2).count { $0.hasPrefix("+") || $0.hasPrefix("-") }
            let theirs = try await TemporaryDirectory.with { folder in
                let (a, b) = (try folder.write(old.joined(), to: "a"), try folder.write(new.joined(), to: "b"))
                return try await LocalProgram.run("diff", ["-d", "-u", a.string, b.string]).output
            }
            let least = theirs.split(separator: "\n").dropFirst(2).count { $0.hasPrefix("+") || $0.hasPrefix("-") }
            #expect(changes == least, "from \(old) to \(new)")
            #expect(patched(old, with: Array(lines.dropFirst(2))) == new)
        }
    }

    @Test("Texts that have next to nothing in common are shown as replaced, not compared for ever")
    func effort() {
        let old = (0..<20_000).map { "old \($0)\n" }.joined()
        let new = (0..<20_000).map { "new \($0)\n" }.joined()
        #expect(
            diff("same\n" + old, "same\n" + new).hasPrefix("--- old\n+++ new\n@@ -1,20001 +1,20001 @@\n same\n-old 0\n")
        )
    }

    /// The lines with the hunks applied.
    private func patched(_ old: [String], with hunks: [String]) -> [String] {
        var result: [String] = []
        var place = 0
        for line in hunks {
            if line.hasPrefix("@@") {
                let range = line.dropFirst(4).prefix { $0 != " " }.split(separator: ",")
                let start = (Int(range[0]) ?? 0) - (range.count == 2 && range[1] == "0" ? 0 : 1)
                result += old[place..<start]
                place = start
            } else if line.hasPrefix("+") {
                result.append(String(line.dropFirst()))
            } else {
                if line.hasPrefix(" ") { result.append(old[place]) }
                place += 1
            }
        }
        return result + old[place...]
    }
}
