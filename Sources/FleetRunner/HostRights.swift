import Provisioning

/// Whose rights scripts have on a host.
struct HostRights: Sendable, Hashable {
    /// The user's name.
    var user: String
    /// Whether it is root.
    var isRoot: Bool
}

/// Whose rights scripts have on a host.
struct RightsFact: SingleFact {
    static let kind = "rights"
    typealias Value = HostRights

    var script: String { "id -u && id -un" }

    var subject: String { "" }

    func value(in output: ProbeOutput) throws(PlanError) -> HostRights {
        let lines = output.lines
        guard let number = lines.first.flatMap({ Int($0) }) else {
            throw PlanError("whose rights scripts have is not known\(output.reason)")
        }
        return HostRights(user: lines.count > 1 ? String(lines[1]) : "user \(number)", isRoot: number == 0)
    }
}
