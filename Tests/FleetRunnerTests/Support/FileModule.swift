import Provisioning
import RemoteHost

/// A module for real shells: a file has a text.
struct FileModule: Module {
    static let keyword = "file"
    static let summary = "A file has a text."
    static let parameters: [Parameter] = [
        .required("path", "where it is"),
        .required("text", "what is in it"),
        .optional("first", "what the change does before"),
    ]

    private let path: String
    private let text: Deferred<String>
    private let first: String

    init(_ arguments: ModuleArguments) throws(ArgumentError) {
        path = try arguments.path("path")
        text = try arguments.deferredText("text")
        first = try arguments.optionalText("first") ?? ":"
    }

    var facts: FactSet { FactSet(WholeTextFact(path: path)) }

    func state(from facts: Facts) throws(PlanError) -> String { try facts.value(of: WholeTextFact(path: path)) }

    func plan(_ state: String, in context: PlanContext) throws(PlanError) -> TaskPlan {
        guard case .known(let text) = text else { return .knownAfterApply("write \(path)") }
        if state == text { return .ok(output: text) }
        return .change(
            Change("write \(path)", script: "\(first)\nprintf %s \(shellQuoted(text)) | tee \(shellQuoted(path))")
        )
    }

    static func conclude(_ output: ProbeOutput) -> Conclusion {
        switch output.ending {
        case .refused, .stopped: .refused(output.trimmedText)
        default: output.status == 0 ? .changed(output: output.text) : .failed(output.failureText)
        }
    }
}

/// The text of a file; an empty one where it is not there.
private struct WholeTextFact: SingleFact {
    static let kind = "whole-text"
    typealias Value = String
    let path: String

    var script: String { "cat -- \(shellQuoted(path))" }
    func value(in output: ProbeOutput) -> String { output.text }
}
