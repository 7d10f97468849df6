package import Provisioning
import RemoteHost

/// `protected-paths`: no target is, holds or is in a path that a host is logged into or replicated by.
///
/// It changes nothing: where a target is such a path, it refuses. What the inventory alone tells has been refused before; only
/// the host knows where a user's home is, and where links and mounts lead.
package struct ProtectedPathsModule: Module {
    package static let keyword = "protected-paths"
    package static let summary = "No target holds what the host is logged into or replicated by."
    package static let parameters: [Parameter] = [
        .required("users", "users whose .ssh is protected, separated by spaces"),
        .optional("paths", "more paths that are protected where they are, one a line"),
        .optional("targets", "the directories that are mirrored over, one a line"),
        .optional("excludes", "exclude patterns, a line each: the number of the target, from 0, a blank, the pattern"),
        .optional("includes", "include patterns, as 'excludes'"),
    ]

    private let users: [String]
    private let paths: [String]
    private let targets: [String]
    private let filters: [RsyncFilter]

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        _ = try arguments.text("users")
        users = try arguments.words("users")
        paths = try Self.lines(arguments.optionalText("paths"))
        targets = try Self.lines(arguments.optionalText("targets"))
        let excludes = try Self.patterns(arguments.optionalText("excludes"), "excludes")
        let includes = try Self.patterns(arguments.optionalText("includes"), "includes")
        filters = targets.indices.map { RsyncFilter(excludes: excludes[$0] ?? [], includes: includes[$0] ?? []) }
    }

    /// Lines with all their blanks: those at the ends of a pattern or a path belong to it.
    private static func lines(_ text: String?) -> [String] {
        (text ?? "").splitAtLineFeeds().map(String.init)
    }

    private static func patterns(_ text: String?, _ key: String) throws(ArgumentError) -> [Int: [String]] {
        var patterns: [Int: [String]] = [:]
        for line in lines(text) {
            let parts = line.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
            guard parts.count == 2, let target = Int(String(decoding: parts[0], as: UTF8.self)) else {
                throw ArgumentError(key, "'\(key)' must be numbers of targets and patterns, not '\(line)'")
            }
            patterns[target, default: []].append(String(decoding: parts[1], as: UTF8.self))
        }
        return patterns
    }

    private var fact: ProtectedPathsFact { ProtectedPathsFact(users: users, paths: paths, targets: targets) }

    package var facts: FactSet { FactSet(fact) }

    package func state(from facts: Facts) throws(PlanError) -> [ProtectedPathsFact.Meeting] {
        try facts.value(of: fact)
    }

    package func plan(_ meetings: [ProtectedPathsFact.Meeting], in context: PlanContext) throws(PlanError) -> TaskPlan {
        for meeting in meetings {
            let isKept =
                !meeting.isInside && !meeting.rest.isEmpty && filters[meeting.target].certainlyKeeps(meeting.rest)
            if isKept { continue }
            let relation = meeting.isInside ? "is in" : meeting.rest.isEmpty ? "is" : "holds"
            let isOfKeys = meeting.path.hasSuffix("/.ssh") || meeting.path.hasSuffix("/.ssh/authorized_keys")
            let purpose = isOfKeys ? "by whose keys this host is logged into" : "which is Lockstep's own"
            throw PlanError(
                "the target \(targets[meeting.target]) \(relation) \(meeting.path), \(purpose)",
                hint: "choose another target"
                    + (relation == "holds"
                        ? ", or add '/\(meeting.rest.joined(separator: "/"))' to its 'exclude'" : ""),
                isRefusal: true
            )
        }
        return .ok()
    }
}
