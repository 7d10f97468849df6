import FleetRunner
import RemoteHost

/// What people read of ad hoc answers: a line that names the hosts, and below it what they printed.
///
/// Into a file or a pipe a host's bytes go as they are; on a terminal its control characters are shown, not obeyed.
struct AnswerText: Sendable {
    let style: TextStyle
    private let isTerminal: Bool

    /// Makes texts.
    init(style: TextStyle, isTerminal: Bool) {
        self.style = style
        self.isTerminal = isTerminal
    }

    /// A group with all that it printed.
    func whole(_ group: AnswerGroups.Group) -> [[UInt8]] {
        let body = Self.body(of: group.answer)
        let output = group.answer.output
        let isSilent = output?.exit != nil && output?.omitted == 0 && body.isEmpty
        return [header(of: group, note: isSilent ? "no output" : nil)]
            + hint(of: group) + shown(body) + omission(in: group)
    }

    /// A group by what is different from another.
    func difference(_ group: AnswerGroups.Group, from other: AnswerGroups.Group) -> [[UInt8]] {
        let diff = UnifiedDiff(from: Self.body(of: other.answer), to: Self.body(of: group.answer))
        let lines = diff.lines(from: Self.name(of: other), to: Self.name(of: group))
        let painted = lines.map { line in
            isTerminal ? Array(style.diff(Self.escaped(line)).utf8) + [10] : line
        }
        return [header(of: group, note: diff.isEmpty ? "same output" : nil)]
            + hint(of: group) + painted + omission(in: group)
    }

    /// The hosts in numbers: the last line.
    func totals(of summary: AdHocSummary) -> String {
        let numbers = Outcome.adHoc.compactMap { outcome -> String? in
            guard let count = summary.counts[outcome] else { return nil }
            return style.outcome(outcome, "\(count) \(outcome.rawValue)")
        }
        let count = summary.counts.values.reduce(0, +)
        return "\(count) \(count == 1 ? "host" : "hosts"): \(numbers.joined(separator: ", ")), "
            + "in \(Self.tenths(summary.seconds)) s\n"
    }

    /// The names of a group's hosts, folded, with their number.
    static func name(of group: AnswerGroups.Group) -> String {
        folded(group.hosts) + (group.hosts.count > 1 ? " (\(group.hosts.count))" : "")
    }

    private static func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    // MARK: Parts of a group

    private func header(of group: AnswerGroups.Group, note: String?) -> [UInt8] {
        let answer = group.answer
        let word: String? =
            switch (answer.output?.exit, answer.outcome) {
            case (.status(0), _): nil
            case (.status(let status), _): "status \(status)"
            case (.signal(let name), _): "ended by the signal \(name)"
            case (nil, .failed): answer.kind == .hostKey ? "host key" : "failed"
            case (nil, .ok), (nil, .changed): nil
            case (nil, .unreachable), (nil, .skipped): answer.outcome.rawValue
            }
        let words = [word, answer.message, note].compactMap { $0.map { printable($0, lineStart: nil) } }
        let text = (["== \(printable(Self.name(of: group), lineStart: nil))"] + words).joined(separator: ": ")
        return Array((style.outcome(answer.outcome, text) + "\n").utf8)
    }

    private func hint(of group: AnswerGroups.Group) -> [[UInt8]] {
        group.answer.hint.map { [Array("   hint: \(printable($0, lineStart: nil))\n".utf8)] } ?? []
    }

    private func omission(in group: AnswerGroups.Group) -> [[UInt8]] {
        guard let omitted = group.answer.output?.omitted, omitted > 0 else { return [] }
        let text = "   \(omitted) more bytes of output were not kept (--max-output)"
        return [Array((style.warning(text) + "\n").utf8)]
    }

    private func shown(_ body: [UInt8]) -> [[UInt8]] {
        guard !body.isEmpty else { return [] }
        let text = isTerminal ? Array(printable(String(decoding: body, as: UTF8.self), lineStart: "").utf8) : body
        // The next header must stand at the beginning of a line.
        return [text.last == 10 ? text : text + [10]]
    }

    /// What a command printed: standard output, then standard error with a mark before each line.
    private static func body(of answer: AnswerGroups.Answer) -> [UInt8] {
        guard let output = answer.output else { return [] }
        guard !output.standardError.isEmpty else { return output.standardOutput }
        var body = output.standardOutput
        if let last = body.last, last != 10 { body.append(10) }
        var isAtLineStart = true
        for byte in output.standardError {
            if isAtLineStart { body += Array("stderr: ".utf8) }
            body.append(byte)
            isAtLineStart = byte == 10
        }
        return body
    }

    private static func escaped(_ line: [UInt8]) -> String {
        let text = String(decoding: line.last == 10 ? line.dropLast() : line[...], as: UTF8.self)
        return printable(text, lineStart: "")
    }
}
