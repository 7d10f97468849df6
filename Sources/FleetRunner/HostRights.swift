package import Provisioning

/// Whose rights scripts have on a host.
package struct HostRights: Sendable, Hashable {
    /// The user's name.
    var user: String
    /// Whether it is root.
    var isRoot: Bool
}

/// Whose rights scripts have on a host.
package struct RightsFact: SingleFact {
    package static let kind = "rights"
    package typealias Value = HostRights

    package init() {}

    /// What root is called there matters to nobody.
    package var script: String { "uid=$(id -u) && echo \"$uid\" && { [ \"$uid\" = 0 ] || id -un; }" }

    package var subject: String { "" }

    package func value(in output: ProbeOutput) throws(PlanError) -> HostRights {
        let lines = output.lines
        guard let number = lines.first.flatMap({ Int($0) }) else {
            throw PlanError("whose rights scripts have is not known\(output.reason)")
        }
        let name = lines.count > 1 ? String(lines[1]) : number == 0 ? "root" : "user \(number)"
        return HostRights(user: name, isRoot: number == 0)
    }
}
