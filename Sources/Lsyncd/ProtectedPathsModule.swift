package import Provisioning
import RemoteHost

/// `protected-paths`: no target is, holds or is in a path that a host is logged into or replicated by.
///
/// It changes nothing: where a target is such a path, it refuses. What the inventory alone tells has been refused before; only
/// the host knows where a user's home is, and where links and mounts lead.
package struct ProtectedPathsModule: ProbingModule {
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

    package var probe: String {
        let homes = users.map { user in
            """
            home=$(getent passwd \(shellQuoted(user)) | cut -d: -f6)
            case $home in
            /*) look "$home/.ssh"; look "$home/.ssh/authorized_keys" ;;
            esac
            """
        }
        let others = paths.map { "if [ -e \(shellQuoted($0)) ]; then look \(shellQuoted($0)); fi" }
        let compare = targets.indices.map { index in
            "real \(shellQuoted(targets[index])); meet \(index) \"$path\" \"$real\"; meet \(index) \"$behind\" \"$real\""
        }
        return """
            \(Self.functions)
            look() {
                path=$1
                real "$path"
                behind=$real
            \(compare.map { "    \($0)" }.joined(separator: "\n"))
                :
            }
            \((homes + others).joined(separator: "\n"))
            """
    }

    /// What the probe is made of. Names alone do not tell: a link or a mount may lead from one to another.
    private static let functions = #"""
        # The path $1 without links, as far as it is there.
        real() {
            there=$1
            below=
            while [ ! -e "$there" ] && [ "$there" != / ]; do
                below=/${there##*/}$below
                there=${there%/*}
                there=${there:-/}
            done
            real=$(readlink -f "$there"; echo .)
            real=${real%?.}
            [ "$real" != / ] || real=
            real=$real$below
            real=${real:-/}
        }
        # Whether the paths $1 and $2 are one.
        same() { [ "$1" = "$2" ] || [ "$1" -ef "$2" ]; }
        # Tells where the target number $1, $3, is the path $2, holds it or is in it.
        meet() {
            up=$2
            rest=
            while :; do
                if same "$up" "$3"; then
                    printf 'holds %s\n%s\n%s\n' "$1" "$path" "$rest"
                    return
                fi
                [ "$up" != / ] || break
                rest=/${up##*/}$rest
                up=${up%/*}
                up=${up:-/}
            done
            up=$3
            while [ "$up" != / ]; do
                up=${up%/*}
                up=${up:-/}
                if same "$up" "$2"; then
                    printf 'inside %s\n%s\n\n' "$1" "$path"
                    return
                fi
            done
        }
        """#

    package func state(from output: ProbeOutput) throws(PlanError) -> [Meeting] {
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

    package func plan(_ meetings: [Meeting], in context: PlanContext) throws(PlanError) -> TaskPlan {
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
