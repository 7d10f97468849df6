/// What a host answers to one fact, as people and programs are told it.
package struct FactAnswer: Sendable, Hashable {
    /// The word for facts of this kind.
    package var kind: String
    /// What tells it from other facts of its kind.
    package var subject: String
    /// The value, or why there is none.
    package var value: Result<ShownValue, PlanError>

    package init(kind: String, subject: String, value: Result<ShownValue, PlanError>) {
        self.kind = kind
        self.subject = subject
        self.value = value
    }
}
