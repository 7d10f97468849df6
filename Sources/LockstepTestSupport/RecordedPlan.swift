import Provisioning

/// What a module plans in a recorded case, in sections of text: `plan` has its first line and the diff; of a change follow
/// `precondition`, `script`, `writes` with a path a line, and `later check`. What is left out is empty.
struct RecordedPlan {
    /// The names that sections of a plan have, in their order.
    static let names = ["plan", "precondition", "script", "writes", "later check"]

    /// The sections; the text of each has whole lines.
    let sections: [(name: String, text: String)]

    /// Plans, and writes down what comes of it.
    ///
    /// - Parameter outputs: what a host prints when it is asked for facts.
    init(
        of type: any Module.Type,
        _ arguments: ModuleArguments,
        _ context: PlanContext,
        _ outputs: (FactSet) -> [Int: ProbeOutput]
    ) {
        do {
            let module = try type.init(arguments)
            let facts = module.facts.facts(in: outputs(module.facts))
            sections = Self.sections(of: try module.plan(from: facts, in: context))
        } catch let error as PlanError {
            let word = error.isRefusal ? "refused" : "cannot"
            sections = [("plan", "\(word): \(error.message)\n" + (error.hint.map { "hint: \($0)\n" } ?? ""))]
        } catch let error as ArgumentError {
            sections = [("plan", "argument \(error.key): \(error.message)\n")]
        } catch {
            sections = [("plan", "unexpected: \(error)\n")]
        }
    }

    private static func sections(of plan: TaskPlan) -> [(name: String, text: String)] {
        switch plan {
        case .ok(let output, let note):
            let output = output.isEmpty ? "" : "output: \(output)\n"
            return [("plan", "ok\n" + output + (note.map { "note: \($0)\n" } ?? ""))]
        case .knownAfterApply(let summary): return [("plan", "known after apply: \(summary)\n")]
        case .change(let change):
            let word = change.isCheck ? "check" : "change"
            let lines = ["\(word): \(change.summary)"] + change.diff
            let parts = [
                ("precondition", change.precondition), ("script", change.script),
                ("writes", change.writes.sorted().joined(separator: "\n")), ("later check", change.laterCheck),
            ]
            return [("plan", lines.map { "\($0)\n" }.joined())]
                + parts.filter { !$0.1.isEmpty }.map { (name: $0.0, text: "\($0.1)\n") }
        }
    }
}
