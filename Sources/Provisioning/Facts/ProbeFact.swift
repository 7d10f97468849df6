/// What a snippet of a module's own prints.
package struct ProbeFact: SingleFact {
    package static let kind = "probe"
    package typealias Value = ProbeOutput

    package let script: String

    /// Makes a fact.
    package init(_ script: String) {
        self.script = script
    }

    package func value(in output: ProbeOutput) throws(PlanError) -> ProbeOutput { output }

    // By bytes: two spellings of one letter are two paths.
    package static func == (one: ProbeFact, other: ProbeFact) -> Bool {
        one.script.utf8.elementsEqual(other.script.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in script.utf8 { hasher.combine(byte) }
    }
}
