import INIFile
import RemoteHost

extension FleetBuilder {
    /// A path that no target may be, hold or be in, and why.
    struct ProtectedPath {
        /// The path.
        var path: AbsolutePath
        /// What it is for, in words that fit behind a comma.
        var purpose: String
    }

    /// Why a target would take away what its slave is logged into or replicated by; none where it would not.
    ///
    /// - Returns: the reason in words that fit behind the target, and what to try next.
    func reasonOfProtection(
        against target: AbsolutePath,
        _ draft: SyncDraft,
        _ slave: HostSettings
    ) -> (reason: String, hint: String)? {
        let patterns = { (name: String) -> [String] in
            (draft.value(name, for: slave)?.text ?? "").split(separator: "\n").map(String.init)
        }
        let filter = RsyncFilter(excludes: patterns("exclude"), includes: patterns("include"))
        for protected in Self.protectedPaths(of: slave) {
            let path = protected.path
            let end = "\(quoted(path.text)), \(protected.purpose)"
            if path == target { return ("is \(end)", "choose another directory") }
            if target.isWithin(path) { return ("is in \(end)", "choose another directory") }
            let rest = Array(path.components.dropFirst(target.components.count))
            guard path.isWithin(target), !filter.certainlyKeeps(rest) else { continue }
            let pattern = quoted("/" + rest.joined(separator: "/"))
            let others = patterns("include").isEmpty ? "" : ", and take out each 'include' that may match it"
            return ("holds \(end)", "choose another directory, or add \(pattern) to 'exclude'\(others)")
        }
        return nil
    }

    /// What is protected on a slave, as far as the inventory alone can tell: where homes are, only the slave knows.
    private static func protectedPaths(of slave: HostSettings) -> [ProtectedPath] {
        let keys = "by whose keys the host is logged into"
        let own = "which is Lockstep's own"
        let users = ["sync_user", "ansible_user"].compactMap { slave.values[$0] }.filter { $0 != "root" }
        let texts =
            [("/root/.ssh", keys)] + users.map { ("/home/\($0)/.ssh", keys) }
            + ["/usr/local/lib/lockstep", "/etc/lockstep", "/var/lib/lockstep"].map { ($0, own) }
        return texts.compactMap { text, purpose in
            (try? AbsolutePath(parsing: text)).map { ProtectedPath(path: $0, purpose: purpose) }
        }
    }
}
