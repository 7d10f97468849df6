import Foundation

/// What the project's pages say.
enum Documentation {
    /// The parts of docs/json-lines.md.
    enum Part { case run, adHoc }

    /// The JSON lines that docs/json-lines.md shows in a part.
    static func jsonLines(of part: Part) throws -> [String] {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let page = try String(contentsOf: repository.appending(path: "docs/json-lines.md"), encoding: .utf8)
        let parts = page.split(separator: "\n# ")
        // The third is that of verbs without a run.
        let text = parts[part == .run ? 0 : 1]
        return text.split(separator: "\n").filter { $0.hasPrefix("{") }.map(String.init)
    }
}
