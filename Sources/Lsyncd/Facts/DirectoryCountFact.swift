package import Provisioning
import RemoteHost

/// How many directories there are at and below a directory of a host.
///
/// They are counted as far as that goes within the time: a tree that is larger is taken for as large as what was seen of it.
package struct DirectoryCountFact: SingleFact {
    package static let kind = "directory-count"
    package typealias Value = Int

    /// Seconds within which one directory is counted.
    package static let seconds = 20

    /// The directory; a link there is followed.
    package let path: ExactPath

    package init(_ path: String) {
        self.path = ExactPath(path)
    }

    /// BusyBox's `find` has no `-printf`.
    package var script: String {
        """
        set -- timeout \(Self.seconds) find -H \(shellQuoted(path.text)) -type d
        if find / -prune -printf '' 2>/dev/null; then "$@" -printf . 2>/dev/null
        else "$@" -print0 2>/dev/null | tr -dc '\\000'; fi | wc -c
        """
    }

    package func value(in output: ProbeOutput) throws(PlanError) -> Int {
        guard let count = Int(output.trimmedText), count > 0 else {
            throw PlanError("the directories below \(path.text) cannot be counted\(output.reason)")
        }
        return count
    }
}
