/// What is asked of a host: a value that names the thing, such as a path or a unit.
///
/// All facts of a kind are answered together, so that a host starts as many processes for a hundred files as for one.
/// Scripts print and change nothing; facts are known before any host was reached.
package protocol Fact: Sendable, Hashable {
    /// What a host answers.
    associatedtype Value: Sendable

    /// The word for facts of this kind: `file`, `service`.
    static var kind: String { get }

    /// POSIX sh snippets that together answer the facts.
    static func scripts(asking facts: [Self]) -> [String]

    /// How many snippets that are.
    static func scriptCount(asking facts: [Self]) -> Int

    /// Reads what the snippets printed, in their order; none for one that did not come to its end.
    static func values(of facts: [Self], in outputs: [ProbeOutput?]) -> [Self: Result<Value, PlanError>]

    /// What tells the fact from others of its kind, such as a path; empty where a host has one.
    var subject: String { get }

    /// A value as people are told it: without secrets, and without contents of files.
    static func shown(_ value: Value) -> ShownValue
}

extension Fact {
    /// What the fact is made of.
    package var subject: String {
        Mirror(reflecting: self).children.map { ShownValue(reflecting: $0.value).description }.joined(separator: " ")
    }

    /// The value by its parts; bytes, and texts of more than a line, by their checksum.
    package static func shown(_ value: Value) -> ShownValue { ShownValue(reflecting: value) }
}

/// A fact that is asked for together with all others of its kind, by one snippet.
package protocol SharedFact: Fact {
    /// A POSIX sh snippet that answers all of the facts.
    static func script(asking facts: [Self]) -> String

    /// Reads what the snippet printed; a fact that is left out has no answer.
    static func values(of facts: [Self], in output: ProbeOutput) -> [Self: Result<Value, PlanError>]
}

extension SharedFact {
    package static func scripts(asking facts: [Self]) -> [String] { [script(asking: facts)] }

    package static func scriptCount(asking facts: [Self]) -> Int { 1 }

    package static func values(of facts: [Self], in outputs: [ProbeOutput?]) -> [Self: Result<Value, PlanError>] {
        guard let output = outputs.first ?? nil else { return [:] }
        return values(of: facts, in: output)
    }
}

/// A fact of which a host is asked for one or a few, each by a snippet of its own.
package protocol SingleFact: Fact {
    /// A POSIX sh snippet that answers the fact.
    var script: String { get }

    /// Reads what the snippet printed.
    func value(in output: ProbeOutput) throws(PlanError) -> Value
}

extension SingleFact {
    package static func scripts(asking facts: [Self]) -> [String] { facts.map(\.script) }

    package static func scriptCount(asking facts: [Self]) -> Int { facts.count }

    package static func values(of facts: [Self], in outputs: [ProbeOutput?]) -> [Self: Result<Value, PlanError>] {
        var values: [Self: Result<Value, PlanError>] = [:]
        for (fact, output) in zip(facts, outputs) {
            guard let output else { continue }
            values[fact] = Result { () throws(PlanError) in try fact.value(in: output) }
        }
        return values
    }
}
