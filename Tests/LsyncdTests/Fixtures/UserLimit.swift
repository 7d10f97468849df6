import LockstepTestSupport

/// A limit that the kernel counts for each user, and for each user namespace anew (user_namespaces(7)): the name of its
/// file in `/proc/sys/user`.
enum UserLimit: String {
    /// Directories that all inotify instances of the user watch.
    case watches = "max_inotify_watches"
    /// inotify instances.
    case instances = "max_inotify_instances"

    /// The words of a shell before a program that is to run under some limits.
    static func command(_ limits: [UserLimit: Int]) -> String {
        let settings = limits.map { "echo \($1) >/proc/sys/user/\($0.rawValue) && " }.joined()
        return "unshare --user --map-current-user --keep-caps sh -c '\(settings)exec \"$@\"' sh"
    }

    /// Whether this machine lets us set them: not where containers are kept from it.
    static var canBeSet: Bool {
        get async throws {
            try await LocalProgram.shell(command([.watches: 60, .instances: 2]) + " true").status == 0
        }
    }
}
