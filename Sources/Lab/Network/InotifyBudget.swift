/// How many inotify instances the hosts need: the kernel counts them per user, and all hosts' root is one user.
struct InotifyBudget: Sendable, Hashable {
    /// A booted Debian 12 with sshd holds 7; lsyncd, a login and a few units come on top.
    static let instancesPerHost = 12
    /// What the rest of this machine is left.
    static let reserve = 64
    /// The kernel's setting.
    static let path = "/proc/sys/fs/inotify/max_user_instances"

    /// The value that so many hosts need; nil where the present one does.
    static func raise(from present: Int, forHosts hosts: Int) -> Int? {
        let needed = hosts * instancesPerHost + reserve
        guard needed > present else { return nil }
        return max(needed, 1024)
    }
}
