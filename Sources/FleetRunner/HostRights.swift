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

    /// The kernel says it to the shell itself. What the number 0 is called matters to nobody.
    var script: String {
        """
        uid=
        while read -r key _ number _; do
            [ "$key" != Uid: ] || { uid=$number; break; }
        done 2>/dev/null </proc/self/status
        [ -n "$uid" ] || uid=$(id -u) || exit
        echo "$uid"
        [ "$uid" = 0 ] || id -un
        """
    }

    var subject: String { "" }

    func value(in output: ProbeOutput) throws(PlanError) -> HostRights {
        let lines = output.lines
        guard let number = lines.first.flatMap({ Int($0) }) else {
            throw PlanError("whose rights scripts have is not known\(output.reason)")
        }
        let name = lines.count > 1 ? String(lines[1]) : number == 0 ? "root" : "user \(number)"
        return HostRights(user: name, isRoot: number == 0)
    }
}
