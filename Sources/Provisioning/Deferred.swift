/// A value that may exist only after an earlier change has been applied.
package enum Deferred<Value: Sendable>: Sendable {
    /// It is known.
    case known(Value)
    /// It is made by a change that has not been applied yet.
    case afterApply
}

extension Deferred: Equatable where Value: Equatable {}
extension Deferred: Hashable where Value: Hashable {}
