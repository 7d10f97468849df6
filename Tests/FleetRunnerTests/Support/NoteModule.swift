import Provisioning

/// A module for schedules: what the question for its note printed says what it plans.
///
/// `ok` and `ok TEXT` plan nothing, the text being its output; `change` and `check` plan a change; `writes` notes the
/// writes that are pending; `refuse TEXT` is refused; anything else cannot be planned.
struct NoteModule: Module {
    static let keyword = "note"
    static let summary = "Plans what the question for its note printed."
    static let parameters: [Parameter] = [
        .required("name", "its name"),
        .optional("say", "a text that may be made by another task"),
        .optional("path", "a file that its change writes"),
    ]

    private let name: String
    private let say: Deferred<String>?
    private let path: String?

    init(_ arguments: ModuleArguments) throws(ArgumentError) {
        name = try arguments.text("name")
        path = try arguments.optionalText("path")
        do {
            say = try arguments.deferredText("say")
        } catch {
            say = nil
        }
    }

    var facts: FactSet { FactSet(NoteFact(name: name)) }

    func state(from facts: Facts) throws(PlanError) -> String { try facts.value(of: NoteFact(name: name)) }

    func plan(_ state: String, in context: PlanContext) throws(PlanError) -> TaskPlan {
        if say == .afterApply { return .knownAfterApply("\(name) with what is made later") }
        let words: String
        if case .known(let text) = say { words = "\(name) \(text)" } else { words = name }
        let isCheck = state == "check"
        switch state {
        case "change", "check":
            return .change(
                Change(words, script: ": make \(name)", writes: Set([path].compactMap(\.self)), isCheck: isCheck)
            )
        case "writes": return .ok(note: context.pendingWrites.sorted().joined(separator: " "))
        case "ok": return .ok(note: say == nil ? nil : words)
        case let text where text.hasPrefix("ok "): return .ok(output: String(text.dropFirst(3)))
        case let text where text.hasPrefix("refuse "):
            throw PlanError("\(name) would lose \(text.dropFirst(7))", isRefusal: true)
        default: throw PlanError("\(name) cannot be planned: \(state)", hint: "say ok")
        }
    }

    static func conclude(_ output: ProbeOutput) -> Conclusion {
        switch output.ending {
        case .refused, .stopped: .refused(output.text)
        default: output.status == 0 ? .changed(output: output.text) : .failed(output.text)
        }
    }
}

/// What a host prints for a task of that name.
private struct NoteFact: SingleFact {
    static let kind = "note"
    typealias Value = String
    let name: String

    var script: String { ": note \(name)" }
    func value(in output: ProbeOutput) -> String { output.text }
}
