import RemoteHost

/// A key's line in authorized_keys as a task wants it: what it says, and which of the lines there are its older selves.
struct AuthorizedKeyLine: Sendable, Hashable {
    /// The last word, by which the line is known; none for a key that is nobody's but its user's.
    let marker: Deferred<String?>
    /// A word before the marker, for people.
    let comment: String?
    /// The one command that the key may run; none for all.
    private(set) var command: ForcedCommand?
    private let directories: Directories
    private let former: [String]
    private let kept: [String]

    /// What becomes of directories that the line there allows, and this one does not.
    private enum Directories: String, CaseIterable {
        /// They go.
        case replace
        /// They stay.
        case add
        /// There can be but one.
        case one
    }

    init(_ arguments: ModuleArguments) throws(ArgumentError) {
        marker = try Self.marker(arguments)
        let comment = try arguments.optionalText("comment") ?? ""
        if !comment.utf8.allSatisfy(isWordByte) {
            throw ArgumentError("comment", "'comment' must be one plain word, not '\(comment)'")
        }
        self.comment = comment.isEmpty ? nil : comment
        let words = try arguments.lines("command")
        let from = try arguments.optionalText("from") ?? ""
        if !from.utf8.allSatisfy({ isWordByte($0) || "/*?!,%".utf8.contains($0) }) {
            throw ArgumentError(
                "from",
                "'from' must be addresses, networks or patterns with commas between, not '\(from)'"
            )
        }
        if marker == .known(nil), !words.isEmpty {
            throw ArgumentError("command", "'command' needs a 'marker': a line with the key may be there already")
        }
        command = words.isEmpty ? nil : ForcedCommand(words: words, from: from.isEmpty ? nil : from)
        let choices = Directories.allCases.map(\.rawValue)
        let choice = try arguments.choice("directories", of: choices, default: Directories.replace.rawValue)
        directories = Directories(rawValue: choice) ?? .replace
        former = try arguments.lines("former")
        kept = try arguments.lines("kept")
    }

    private static func marker(_ arguments: ModuleArguments) throws(ArgumentError) -> Deferred<String?> {
        guard arguments.has("marker") else { return .known(nil) }
        guard case .known(let text) = try arguments.deferredText("marker") else { return .afterApply }
        if !text.utf8.allSatisfy(isWordByte) {
            throw ArgumentError("marker", "'marker' must be one plain word, not '\(text)'")
        }
        return .known(text)
    }

    /// The line of a key of these words: type, base64, comment.
    func wanted(_ words: [Substring]) -> String {
        let mark: [Substring]
        switch marker {
        case .known(nil): mark = Array(words.dropFirst(2))
        case .known(let text?): mark = [comment, text].compactMap { $0.map { Substring($0) } }
        case .afterApply:
            mark = [comment, WantedFile.Line.placeholder("its mark")].compactMap { $0.map { Substring($0) } }
        }
        return (command?.options ?? "") + (words.prefix(2) + mark).joined(separator: " ")
    }

    /// Whether a line of the file is an older self of this one: it has the mark, or the same key.
    func isOurs(_ line: [UInt8], key: Substring) -> Bool {
        guard LineEdit.canName(line), let entry = AuthorizedKeysEntry(line) else { return false }
        if entry.key.elementsEqual(key.utf8) { return true }
        guard case .known(let marker?) = marker else { return false }
        // A word for people may stand before the mark, and a sentence is somebody else's.
        let words = entry.comment.split(separator: UInt8(ascii: " "))
        return words.count <= 2 && words.last?.elementsEqual(marker.utf8) == true
    }

    /// The line with the directories that our lines allow already, as far as they are to stay.
    func completed(with ours: [[UInt8]], of user: String) throws(PlanError) -> AuthorizedKeyLine {
        guard let command, directories != .replace else { return self }
        let lasting = Set(kept.map { Array($0.utf8) })
        var present: [String] = []
        for line in ours { present += try Self.directories(allowedBy: line, of: user) }
        if !lasting.isEmpty { present.removeAll { !lasting.contains(Array($0.utf8)) } }
        if directories == .one {
            let mine = Set((command.directories + former).map { Array($0.utf8) })
            guard let other = present.first(where: { !mine.contains(Array($0.utf8)) }) else { return self }
            throw PlanError(
                "\(command.words[0]) takes one directory, and \(command.directories.joined()) is not the one that the "
                    + "master's key is there for as \(user): \(other)",
                hint: "use gate = receive, which takes several; where no inventory mirrors to \(other) any more, "
                    + "'lockstep up --prune' takes it away"
            )
        }
        // Those that are there come first, in their order: two inventories in turn change nothing.
        var seen: Set<[UInt8]> = []
        let all = (present + command.directories).filter { seen.insert(Array($0.utf8)).inserted }
        var line = self
        line.command = ForcedCommand(
            words: command.words.prefix(1) + command.words.dropFirst().filter { !$0.hasPrefix("/") } + all,
            from: command.from
        )
        return line
    }

    private static func directories(allowedBy line: [UInt8], of user: String) throws(PlanError) -> [String] {
        let text = String(decoding: line, as: UTF8.self)
        do {
            guard text.utf8.elementsEqual(line) else { throw ForcedCommand.UnknownForm() }
            return try ForcedCommand(readingLine: text)?.directories ?? []
        } catch {
            throw PlanError(
                "the line of the master's key in authorized_keys of \(user) was changed by hand, so that it is not known "
                    + "what it allows: \(text)",
                hint: "take the line out; the next run of each inventory that mirrors there adds its directories again"
            )
        }
    }
}
