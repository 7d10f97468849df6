import Provisioning

/// Whose rights scripts have on a host.
struct HostRights: Sendable, Hashable {
    /// The user's name.
    var user: String
    /// Whether it is root.
    var isRoot: Bool

    /// What tells it: the user's number and name, a line each.
    static let probe = "id -u && id -un"

    /// Reads what the probe printed; none where that tells nothing.
    init?(_ output: ProbeOutput) {
        let lines = output.lines
        guard let number = lines.first.flatMap({ Int($0) }) else { return nil }
        user = lines.count > 1 ? String(lines[1]) : "user \(number)"
        isRoot = number == 0
    }
}
