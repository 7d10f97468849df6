import RemoteHost

/// The lines of a small text file of Lockstep's own on a host; none where there is no file, or an empty one.
package struct TextFileFact: SharedFact {
    package static let kind = "text-file"
    package typealias Value = [String]

    /// The path.
    package let path: ExactPath

    /// Makes a fact.
    package init(_ path: String) {
        self.path = ExactPath(path)
    }

    package static func shown(_ lines: [String]) -> ShownValue {
        lines.isEmpty ? .none : .content(lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] })
    }

    /// One `grep` for all files.
    package static func script(asking facts: [TextFileFact]) -> String {
        "grep -aHs '' -- \(facts.map { shellQuoted($0.path.text) }.joined(separator: " ")); :"
    }

    package static func values(
        of facts: [TextFileFact],
        in output: ProbeOutput
    ) -> [TextFileFact: Result<[String], PlanError>] {
        var lines: [ExactPath: [String]] = [:]
        let paths = Set(facts.map(\.path))
        // The longest first: the name of one file may begin that of another.
        let lengths = Set(paths.map(\.text.utf8.count)).sorted(by: >)
        for line in output.byteLines {
            for length in lengths where line.count > length && line[length] == UInt8(ascii: ":") {
                let path = ExactPath(String(decoding: line.prefix(length), as: UTF8.self))
                guard paths.contains(path) else { continue }
                lines[path, default: []].append(String(decoding: line.dropFirst(length + 1), as: UTF8.self))
                break
            }
        }
        var values: [TextFileFact: Result<[String], PlanError>] = [:]
        for fact in facts { values[fact] = .success(lines[fact.path] ?? []) }
        return values
    }
}
