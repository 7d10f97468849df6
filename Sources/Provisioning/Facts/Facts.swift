/// What a host has answered, by the facts that it was asked for.
package struct Facts: Sendable {
    private var kinds: [ObjectIdentifier: any Sendable] = [:]
    /// How long the host took for each kind of fact, in the order in which it was asked, when it was asked last.
    package var times: [KindTime] = []

    /// Makes an empty set of answers.
    package init() {}

    /// Adds an answer.
    package mutating func add<F: Fact>(_ value: F.Value, of fact: F) {
        add([fact: .success(value)])
    }

    /// Adds answers.
    package mutating func add<F: Fact>(_ values: [F: Result<F.Value, PlanError>]) {
        let present = kinds[ObjectIdentifier(F.self)] as? [F: Result<F.Value, PlanError>] ?? [:]
        kinds[ObjectIdentifier(F.self)] = present.merging(values) { _, new in new }
    }

    /// What the host answered; fails where it could not, or did not.
    package func value<F: Fact>(of fact: F) throws(PlanError) -> F.Value {
        guard let values = kinds[ObjectIdentifier(F.self)] as? [F: Result<F.Value, PlanError>],
            let value = values[fact]
        else { throw PlanError("the host did not answer for this task") }
        return try value.get()
    }
}
