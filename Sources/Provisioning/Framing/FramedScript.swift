/// Snippets of sh joined into one script, whose answer tells them apart again.
///
/// Each snippet runs in a subshell of its own. Its output comes back in a frame, a header line with the run's nonce, the
/// snippet's index, a word for its ending, its exit status and the lengths of its standard output and its standard error
/// in bytes, and then just that many bytes: no output can be taken for another's, nor for a frame, and what a login script
/// prints before is passed over. The ending is never read from an exit status, which belongs to the snippet's own commands.
package struct FramedScript: Sendable {
    /// The text for `sh`.
    package let text: String
    /// The mark that this script's frames carry.
    package let nonce: String

    /// Joins changes: one that fails ends those after it that depend on it.
    ///
    /// Steps of different lanes that follow each other run beside each other; a step without a lane waits for all before it.
    /// Where there is a `lock`, the script first waits for it and holds it until it ends, also when its connection is gone.
    package init(applying steps: [Step], lock: ChangeLock? = nil, nonce: String) {
        let functions = steps.enumerated().map { index, step in
            let precondition = step.change.precondition.isEmpty ? ":" : step.change.precondition
            let function =
                "p\(index)() (\n\(precondition)\n)\ns\(index)() (\nexec 2>&1\nset -eu\n\(step.change.script)\n)"
            let look = step.change.laterCheck
            if look.isEmpty { return function }
            return "\(function)\np\(index)_later() { :; }\ns\(index)_later() (\nexec 2>&1\nset -eu\n\(look)\n)"
        }
        let calls = steps.enumerated().map { index, step in Call(index, step) }
        let taking = lock.map { [$0.taking] } ?? []
        self.init(
            nonce: nonce,
            lines: [Self.take, ChangeFunctions.text, Self.run] + taking + functions + Self.lines(calling: calls)
        )
    }

    /// How a step is called.
    private struct Call {
        /// The words behind `run`, or behind `step` in a lane.
        var words: String
        /// The same for the look a second later; none where there is nothing to look at.
        var look: String?
        var lane: Int?
        var readsUnits: Bool

        init(_ index: Int, _ step: Step) {
            let chains = [step.breaks, step.needs].map { $0.map(String.init).joined(separator: " ") }
            let arguments = "\(index) '\(step.breaks.isEmpty ? "host" : chains[0])' '\(chains[1])'"
            words = "\(index) \(arguments)"
            look = step.change.laterCheck.isEmpty ? nil : "\(index)_later \(arguments)"
            lane = step.lane
            readsUnits = step.change.readsUnits
        }
    }

    /// The lines that make calls: those of lanes that follow each other beside each other.
    ///
    /// What has to be looked at a second later is looked at when its lane is at its end, or else the script. The look
    /// answers in a second frame of its change.
    private static func lines(calling calls: [Call]) -> [String] {
        var lines: [String] = []
        var looks: [String] = []
        var rest = calls[...]
        while let first = rest.first {
            let beside = rest.prefix { $0.lane != nil }
            rest.removeFirst(max(1, beside.count))
            let lanes = lanes(of: beside)
            if lanes.count > 1 {
                lines += lanes.enumerated().flatMap { number, lane in functions(of: lane, named: "l\(number)") }
                let count = beside.count + beside.count { $0.look != nil }
                lines.append("beside \(count) \(lanes.indices.map { "l\($0)" }.joined(separator: " "))")
            } else {
                let calls = beside.isEmpty ? [first] : Array(beside)
                lines += calls.map { "run \($0.words)" }
                looks += calls.compactMap(\.look)
            }
        }
        return lines + (looks.isEmpty ? [] : ["sleep 1"]) + looks.map { "run \($0)" }
    }

    /// Calls by their lanes, in the order in which those begin.
    private static func lanes(of calls: ArraySlice<Call>) -> [[Call]] {
        var lanes: [[Call]] = []
        var places: [Int: Int] = [:]
        for call in calls {
            let place = places[call.lane ?? 0] ?? lanes.count
            if place == lanes.count { lanes.append([]) }
            places[call.lane ?? 0] = place
            lanes[place].append(call)
        }
        return lanes
    }

    /// The functions that make a lane's calls: those from the first for which systemd reads its unit files are handed on.
    private static func functions(of lane: [Call], named name: String) -> [String] {
        let looks = lane.compactMap(\.look).map { "step \($0)" }
        let steps = lane.map { "step \($0.words)" } + (looks.isEmpty ? [] : ["later \(name)_looks"])
        let function = { (name: String, body: [String]) in "\(name)() {\n\(body.joined(separator: "\n"))\n}" }
        var functions = looks.isEmpty ? [] : [function("\(name)_looks", looks)]
        if let handedOn = lane.firstIndex(where: \.readsUnits) {
            functions.append(function("\(name)_rest", Array(steps[handedOn...])))
            functions.append(function(name, steps[..<handedOn] + ["hand_on \(name)_rest"]))
        } else {
            functions.append(function(name, steps))
        }
        return functions
    }

    /// A change, and what its failure means for others.
    package struct Step: Sendable {
        /// The change.
        package var change: Change
        /// The numbers of the chains of changes that end where it fails; none for the host as a whole.
        package var breaks: [Int]
        /// The numbers of the chains without which it is not made.
        package var needs: [Int]
        /// The number of the lane in which it runs beside steps of others; none where it runs alone.
        package var lane: Int?

        /// Makes a step.
        package init(_ change: Change, breaks: [Int], needs: [Int], lane: Int? = nil) {
            self.change = change
            self.breaks = breaks
            self.needs = needs
            self.lane = lane
        }

        /// Makes a step of chains: it ends the rest of the first of them, and is ended by a failure in any. Without chains it
        /// belongs to the host as a whole: its failure ends all that follow.
        package init(_ change: Change, chains: [Int] = [], lane: Int? = nil) {
            self.init(change, breaks: Array(chains.prefix(1)), needs: chains, lane: lane)
        }
    }

    private init(nonce: String, lines: [String]) {
        self.nonce = nonce
        text = """
            \(scriptPreamble)
            nonce=\(nonce)
            \(lines.joined(separator: "\n"))
            printf '\\n%s end\\n' "$nonce"
            """
    }

    private static let take = String(decoding: PackageResources.frames_sh, as: UTF8.self)
    private static let run = String(decoding: PackageResources.changes_sh, as: UTF8.self)
}

/// What every script for a host begins with, whatever the login there has set.
let scriptPreamble = """
    LC_ALL=C; export LC_ALL
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin; export PATH
    umask 022
    """
