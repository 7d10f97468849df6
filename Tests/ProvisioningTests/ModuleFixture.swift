import Foundation
import Provisioning

/// A recorded case of a module: its arguments, what a host's probe printed, and the plan that follows.
///
/// A new case is a new file in the folder of its module, and no code. Sections begin with `--- NAME`; `arguments` has a
/// `key = value` a line (`\n` stands for a newline, `<later>` for a value known after apply), `probe` is what the question
/// for the module's facts printed, or `probe KIND` for each kind where there are several, `errors` what came by its
/// standard error, `status` how it ended where not with 0, `plan` the expected plan as `describe` writes it.
struct ModuleFixture: CustomStringConvertible {
    var keyword: String
    var name: String
    var sections: [String: String]

    var description: String { "\(keyword)/\(name)" }

    static let folder = Bundle.module.resourceURL?.appending(path: "Fixtures")

    /// All fixtures, by folder and file name.
    static func all() throws -> [ModuleFixture] {
        guard let folder else { return [] }
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: folder.path()).sorted().flatMap { keyword in
            try files.contentsOfDirectory(atPath: folder.appending(path: keyword).path()).sorted().map { name in
                let text = try String(
                    contentsOf: folder.appending(path: keyword).appending(path: name),
                    encoding: .utf8
                )
                return ModuleFixture(keyword: keyword, name: name, sections: parse(text))
            }
        }
    }

    private static func parse(_ text: String) -> [String: String] {
        var sections: [String: String] = [:]
        for part in text.components(separatedBy: "--- ").dropFirst() {
            let pieces = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            sections[String(pieces[0])] = pieces.count > 1 ? String(pieces[1]) : ""
        }
        return sections
    }

    /// The values behind the keys, as far as they are known.
    var knownValues: [String: String] {
        values.compactMapValues { if case .known(let text) = $0 { text } else { nil } }
    }

    var arguments: ModuleArguments {
        let template = sections["template"] ?? ""
        return ModuleArguments(values) { (_) throws(ArgumentError) in template }
    }

    private var values: [String: Deferred<String>] {
        var values: [String: Deferred<String>] = [:]
        for line in (sections["arguments"] ?? "").split(separator: "\n") {
            let pair = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            let value = pair.count > 1 ? pair[1].replacingOccurrences(of: "\\n", with: "\n") : ""
            values[pair[0]] = value == "<later>" ? .afterApply : .known(value)
        }
        return values
    }

    var context: PlanContext {
        PlanContext(pendingWrites: Set((sections["pending writes"] ?? "").split(separator: "\n").map(String.init)))
    }

    /// What a host prints when it is asked for some facts.
    func outputs(for facts: FactSet) -> [Int: ProbeOutput] {
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

    /// The plan for this fixture, in words.
    func plannedText(by module: any Module.Type) -> String {
        do {
            let module = try module.init(arguments)
            return Self.describe(try module.plan(from: module.facts.facts(in: outputs(for: module.facts)), in: context))
        } catch let error as PlanError {
            return "cannot: \(error.message)\n" + (error.hint.map { "hint: \($0)\n" } ?? "")
        } catch let error as ArgumentError {
            return "argument \(error.key): \(error.message)\n"
        } catch {
            return "unexpected: \(error)\n"
        }
    }

    /// A plan in words: what a fixture's `plan` section holds.
    static func describe(_ plan: TaskPlan) -> String {
        switch plan {
        case .ok(let output, let note):
            return "ok\n" + (output.isEmpty ? "" : "output: \(output)\n") + (note.map { "note: \($0)\n" } ?? "")
        case .knownAfterApply(let summary):
            return "known after apply: \(summary)\n"
        case .change(let change):
            return "change: \(change.summary)\n" + change.diff.map { "\($0)\n" }.joined()
        }
    }
}
