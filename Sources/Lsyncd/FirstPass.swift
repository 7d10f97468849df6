import Provisioning
import RemoteHost

/// The wait for lsyncd to have made its first full pass to each of some copies: until then a canary would only queue.
package struct FirstPass: Sendable {
    private let copies: [String]
    private let seconds: Int

    /// Makes a wait for these copies, of so many seconds at most.
    package init(copies: [String], seconds: Int) {
        self.copies = copies
        self.seconds = seconds
    }

    /// A sh script for the master that ends when no pass is under way any more, successful or not, or when the time is over.
    ///
    /// It prints `waiting` and the copies' names whenever they become others, an empty line each second, so that it ends as
    /// well where nobody listens any more, and `late` when the time is over. A copy whose service does not run, or that waits
    /// for its next attempt, is not waited for: the canary will tell. A report that was not renewed says nothing of what goes
    /// on. Each second costs as many processes for a hundred copies as for ten.
    package var script: String {
        """
        \(ServiceManager.functions)
        keepers=$(\(InstanceLayout.keepersScript))
        stale=\(TargetReport.staleAfter) left=\(seconds)
        set -- \(copies.map(shellQuoted).joined(separator: " "))
        \(Self.shell)
        """
    }

    private static let shell = String(decoding: PackageResources.first_pass_sh, as: UTF8.self)

    /// The copies that are still waited for, where a line of the script's output says so.
    package static func waiting(in line: String) -> [String]? {
        let words = line.split(separator: " ").map(String.init)
        return words.first == "waiting" ? Array(words.dropFirst()) : nil
    }
}
