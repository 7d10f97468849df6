package import Provisioning
import RemoteHost

/// Where the targets on a host meet paths that are protected: what its users are logged in by, and Lockstep's own.
package struct ProtectedPathsFact: SingleFact {
    package static let kind = "protected-paths"
    package typealias Value = [Meeting]

    /// The users whose `.ssh` is protected.
    package let users: [String]
    /// More paths that are protected where they are.
    package let paths: [ExactPath]
    /// The directories that are mirrored over.
    package let targets: [ExactPath]

    /// Makes a fact.
    package init(users: [String], paths: [String], targets: [String]) {
        // One who receives the files is often the one who logs in.
        var known: Set<String> = []
        self.users = users.filter { known.insert($0).inserted }
        self.paths = paths.map { ExactPath($0) }
        self.targets = targets.map { ExactPath($0) }
    }

    /// A protected path and a target that meet.
    package struct Meeting: Sendable, Hashable {
        /// The protected path.
        var path: String
        /// The number of the target.
        var target: Int
        /// Whether the target is in the protected path; else it is the path, or holds it.
        var isInside: Bool
        /// The names from the target down to the path.
        var rest: [String]
    }

    package var script: String {
        let homes = users.map { "look_home \(shellQuoted($0)) \"$@\"" }
        let others = paths.map { "look_at \(shellQuoted($0.text)) \"$@\"" }
        let functions = shellFile(PackageResources.protected_paths_sh, targets.map(\.text))
        return ([homeFunction, functions] + homes + others + [":"]).joined(separator: "\n")
    }

    package func value(in output: ProbeOutput) throws(PlanError) -> [Meeting] {
        let lines = output.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropLast().map { String(decoding: $0, as: UTF8.self) }
        var meetings: [Meeting] = []
        for first in stride(from: 0, to: lines.count, by: 3) {
            let words = lines[first].split(separator: " ")
            guard first + 2 < lines.count, words.count == 2, words[0] == "holds" || words[0] == "inside",
                let target = Int(words[1]), targets.indices.contains(target)
            else { throw PlanError("where the targets and the homes of users lie makes no sense: \(lines[first])") }
            let rest = lines[first + 2].utf8.split(separator: UInt8(ascii: "/"))
            meetings.append(
                Meeting(
                    path: lines[first + 1],
                    target: target,
                    isInside: words[0] == "inside",
                    rest: rest.map { String(decoding: $0, as: UTF8.self) }
                )
            )
        }
        guard output.status == 0 else {
            throw PlanError("where the targets and the homes of users lie cannot be read: \(output.failureText)")
        }
        return meetings
    }
}
