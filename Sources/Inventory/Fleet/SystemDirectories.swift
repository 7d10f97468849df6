/// The directories that a fleet must not be mirrored over, because a host dies of losing what is in them.
enum SystemDirectories {
    /// Directories that are refused themselves; what is below them may be mirrored.
    ///
    /// The top level of the Filesystem Hierarchy Standard 3.0, and what a Linux system cannot be logged into or started
    /// without below it.
    private static let refused: Set<String> = [
        "/", "/etc", "/home", "/media", "/mnt", "/opt", "/root", "/run", "/srv", "/tmp", "/usr", "/var", "/snap",
        "/etc/ssh", "/etc/pam.d", "/etc/security", "/etc/systemd", "/etc/init.d", "/etc/apt", "/etc/ssl",
        "/etc/sudoers.d", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec",
        "/usr/libx32", "/usr/local", "/usr/share", "/var/cache", "/var/lib", "/var/lib/dpkg", "/var/lib/rpm",
        "/var/lib/systemd", "/var/log", "/var/mail", "/var/run", "/var/spool", "/var/tmp",
    ]

    /// Directories that are refused with everything below them.
    private static let refusedWhole = [
        "/bin", "/boot", "/dev", "/lib", "/lib32", "/lib64", "/libx32", "/lost+found", "/proc", "/sbin", "/sys",
    ]

    /// Directories that no file system events come from.
    private static let withoutEvents = ["/dev", "/proc", "/sys"]

    /// Why a path must not be a target, in words that fit behind it; none when it may.
    static func reasonAgainstTarget(_ path: AbsolutePath) -> String? {
        if path.components.isEmpty { return "is the whole file system" }
        if refused.contains(path.text) { return "is a directory of the system" }
        if let whole = within(path, refusedWhole) {
            return path.text == whole ? "is a directory of the system" : "is in \(whole), which belongs to the system"
        }
        return path.components.contains(".ssh") ? "holds the keys that hosts are logged into with" : nil
    }

    /// Why a path must not be the source, in words that fit behind it; none when it may.
    static func reasonAgainstSource(_ path: AbsolutePath) -> String? {
        if path.components.isEmpty { return "is the whole file system" }
        return within(path, withoutEvents).map { "is in \($0), where changes cannot be seen" }
    }

    private static func within(_ path: AbsolutePath, _ directories: [String]) -> String? {
        directories.first { path.text == $0 || path.text.hasPrefix($0 + "/") }
    }
}
