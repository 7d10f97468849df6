package import Foundation
package import Provisioning
import RemoteHost
package import Testing

/// A recorded case of a module: its arguments, what a host's probe printed, and the plan that follows with all that it would do.
///
/// A new case is a new file in the folder of its module, and no code. Sections begin with `--- NAME`. What is given:
/// `arguments` has a `key = value` a line (`\n` stands for a newline, `<later>` for a value known after apply, `<folder>` for
/// the folder of the case); `template` is the text of all templates, or `template NAME` of each where there are several;
/// `pending writes` has the files that earlier tasks write, one a line; `probe` is what the question for the module's facts
/// printed, or `probe KIND` for each kind where there are several, `errors` what came by its standard error, `status` how it
/// ended where not with 0.
///
/// What follows is recorded, as `RecordedPlan` writes it: with LOCKSTEP_RECORD in the environment, files are written anew.
package struct ModuleFixture: Sendable, CustomTestStringConvertible {
    /// The keyword of the module.
    package var keyword: String
    /// The file's name.
    package var name: String
    private var file: URL
    private var text: String
    private var sections: [String: String]

    package var testDescription: String { "\(keyword)/\(name)" }

    /// All cases in a folder that has one for each module, in order of their folders and names.
    package static func all(in folder: URL) throws -> [ModuleFixture] {
        let names = { (folder: URL) in
            try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
        }
        return try names(folder).flatMap { keyword in
            let place = folder.appending(path: keyword)
            return try names(place).filter { $0.hasSuffix(".txt") }.map { name in
                let file = place.appending(path: name)
                let text = try String(contentsOf: file, encoding: .utf8)
                return ModuleFixture(
                    keyword: keyword,
                    name: name,
                    file: file,
                    text: text,
                    sections: Dictionary(parse(text).map { ($0.name, $0.text) }) { first, _ in first }
                )
            }
        }
    }

    /// The sections of a case's file, in their order; each has whole lines.
    private static func parse(_ text: String) -> [(name: String, text: String)] {
        let text = text.hasSuffix("\n") ? text.dropLast() : text[...]
        return ("\n" + text).components(separatedBy: "\n--- ").dropFirst().map { part in
            let pieces = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(pieces[0]), pieces.count > 1 ? pieces[1] + "\n" : "")
        }
    }

    /// What the host printed, where all kinds of facts print the same.
    package var probe: String { sections["probe"] ?? "" }

    /// The text of all templates, where they have the same.
    package var template: String { sections["template"] ?? "" }

    /// The values behind the keys, as far as they are known.
    package var knownValues: [String: String] {
        values.compactMapValues { if case .known(let text) = $0 { text } else { nil } }
    }

    private var arguments: ModuleArguments {
        let sections = sections
        return ModuleArguments(values) { (name) throws(ArgumentError) in
            sections["template \(name)"] ?? sections["template"] ?? ""
        }
    }

    private var values: [String: Deferred<String>] {
        var values: [String: Deferred<String>] = [:]
        for line in (sections["arguments"] ?? "").split(separator: "\n") {
            let pair = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            let value = (pair.count > 1 ? pair[1] : "").replacing("\\n", with: "\n")
                .replacing("<folder>", with: file.deletingLastPathComponent().path())
            values[pair[0]] = value == "<later>" ? .afterApply : .known(value)
        }
        return values
    }

    private var context: PlanContext {
        PlanContext(pendingWrites: Set((sections["pending writes"] ?? "").split(separator: "\n").map(String.init)))
    }

    /// What a host prints when it is asked for some facts.
    private func outputs(for facts: FactSet) -> [Int: ProbeOutput] {
        let status = (sections["status"] ?? "0").trimmingCharacters(in: .whitespacesAndNewlines)
        let outputs = facts.snippets.map { snippet in
            ProbeOutput(
                status: Int(status) ?? 0,
                text: sections["probe \(snippet.kind)"] ?? sections["probe"] ?? "",
                errorText: sections["errors"] ?? ""
            )
        }
        return Dictionary(uniqueKeysWithValues: outputs.enumerated().map { ($0.offset, $0.element) })
    }

    /// The first line of the plan that the file holds: `ok`, or what is changed.
    package var plan: String { sections["plan"]?.split(separator: "\n").first.map(String.init) ?? "" }

    /// Expects that the module plans what the file holds, and all that is in the change; with LOCKSTEP_RECORD in the
    /// environment the file is written anew, and whatever was different is told all the same.
    package func expectRecordedPlan(
        by module: any Module.Type,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let given = Self.parse(text).filter { !RecordedPlan.names.contains($0.name) }
        let following = RecordedPlan(of: module, arguments, context) { outputs(for: $0) }.sections
        let whole = (given + following).map { "--- \($0.name)\n\($0.text)" }.joined()
        if ProcessInfo.processInfo.environment["LOCKSTEP_RECORD"] != nil, whole != text {
            try Data(whole.utf8).write(to: file, options: .atomic)
        }
        #expect(
            whole.splitAtLineFeeds(keepingEmpty: true) == text.splitAtLineFeeds(keepingEmpty: true),
            sourceLocation: sourceLocation
        )
    }
}
