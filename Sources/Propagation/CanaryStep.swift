/// What happens to a canary, in this order; a slave is proven when it has seen all of it.
package enum CanaryStep: String, Sendable, Hashable, CaseIterable {
    /// A file has appeared.
    case created
    /// The file has other bytes, and another number of them.
    case changed
    /// The file has other bytes again, as many as before, and the same time of modification.
    case rewritten
    /// The file has another name, and the old name is gone.
    case renamed
    /// Nothing of the canary is left.
    case deleted

    /// The word that tells the master to take this step.
    package var order: String {
        switch self {
        case .created: "create"
        case .changed: "change"
        case .rewritten: "rewrite"
        case .renamed: "rename"
        case .deleted: "delete"
        }
    }

    /// The step after this one.
    package var next: CanaryStep? {
        switch self {
        case .created: .changed
        case .changed: .rewritten
        case .rewritten: .renamed
        case .renamed: .deleted
        case .deleted: nil
        }
    }
}
