/// A path below a source that is left out of a copy, and why; what the copy has of it stays as it is.
package struct LeftOut: Sendable, Hashable {
    /// The path below the source, with a slash in front.
    package var path: String
    /// Why it is left out.
    package var reason: Reason

    /// Why a path is left out.
    package enum Reason: Sendable, Hashable {
        /// A file system was mounted there, and is not any more.
        case unmounted
        /// The user `lockstep` could not read it.
        case unreadable
        /// The slave has something in its place that may not be deleted.
        case blocked
        /// A word that this version does not know.
        case unknown(String)
    }

    /// Makes a path that is left out.
    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}
