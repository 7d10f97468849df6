import Inventory

/// What is asked next, and what follows from an answer; nothing is read or shown here.
protocol Interview {
    /// The next question; none when all is answered.
    var question: InitQuestion? { get }

    /// Takes the answer to the question; a wrong one is as if it had not been given.
    ///
    /// - Returns: what can be looked at on the hosts now.
    mutating func answer(_ text: String) throws(DraftFault) -> HostInspection?

    /// Whether slaves' own directories can be taken now.
    var takesOwnTargets: Bool { get }

    /// Takes a slave's own directory, `NAME=PATH`, before it is asked for.
    mutating func takeOwnTarget(_ text: String) throws(DraftFault)

    /// Goes back to the question with which the answers began that were looked at last; these become its defaults.
    mutating func reconsider()
}

/// What can be looked at on hosts: whether one can log in, and whether a directory is there.
struct HostInspection: Sendable, Hashable {
    /// An inventory that says how the hosts are reached, complete and without faults.
    var inventory: String
    /// The hosts.
    var names: [String]
    /// A directory that should be there.
    var directory: String?
}

extension DraftFault {
    /// The two halves of `NAME=PATH`.
    static func ownTarget(_ text: String) throws(DraftFault) -> InventoryDraft.OwnTarget {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else {
            throw DraftFault("'NAME=PATH' was expected, not '\(text)'", hint: "such as edge3=/data/site")
        }
        return InventoryDraft.OwnTarget(name: String(halves[0]), path: String(halves[1]))
    }
}
