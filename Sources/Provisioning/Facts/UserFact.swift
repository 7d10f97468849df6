import RemoteHost

/// Whether a host has a user.
package struct UserFact: SingleFact {
    package static let kind = "user"
    package typealias Value = Bool

    /// The user's name.
    package let name: String

    /// Makes a fact.
    package init(_ name: String) {
        self.name = name
    }

    /// `id` ends with 1 where it knows no such user.
    package var script: String { "id -u -- \(shellQuoted(name)) || [ $? -ne 1 ] || echo absent" }

    package func value(in output: ProbeOutput) throws(PlanError) -> Bool {
        let answer = output.trimmedText
        if answer == "absent" { return false }
        guard UInt(answer) != nil else {
            throw PlanError("this host does not say whether there is a user \(name)\(output.reason)")
        }
        return true
    }
}
