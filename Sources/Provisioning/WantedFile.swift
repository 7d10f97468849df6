/// A file that a task puts on a host, as far as that is known before the host has been reached.
package struct WantedFile: Sendable, Hashable {
    /// Where it is: an absolute path, or `~USER/…` where only the host knows the user's home.
    package var path: String
    /// The user that owns it; none leaves it to who makes the change.
    package var owner: String?
    /// The group that it belongs to; none leaves it as the owner has it.
    package var group: String?
    /// The permission bits.
    package var mode: Int
    /// What is in it.
    package var content: Content
    /// When it is written, in words that fit behind its name; none where that does not depend on the host.
    package var condition: String?

    /// What is known of a file's content.
    package enum Content: Sendable, Hashable {
        /// All of it, byte for byte.
        case whole(String)
        /// Lines that it will have, beside others that stand there already.
        case lines([Line])
        /// Nothing: it is made on the host. In a few words, what it is.
        case madeThere(String)
    }

    /// A line, without its end.
    package struct Line: Sendable, Hashable {
        /// The text; what is missing of it is named in «».
        package var text: String
        /// Whether nothing is missing.
        package var isKnown: Bool

        /// A line that is known.
        static func known(_ text: String) -> Line { Line(text: text, isKnown: true) }

        /// A line of which something is missing, named by `placeholder`.
        static func unknown(_ text: String) -> Line { Line(text: text, isKnown: false) }

        /// What stands in a line for something that only a change will make.
        static func placeholder(_ what: String) -> String { "«known after apply: \(what)»" }
    }

    /// Makes a file.
    init(
        path: String,
        owner: String? = nil,
        group: String? = nil,
        mode: Int = 0o644,
        content: Content,
        condition: String? = nil
    ) {
        self.path = path
        self.owner = owner
        self.group = group
        self.mode = mode
        self.content = content
        self.condition = condition
    }

    /// Makes a file with the rights that a task wants.
    init(path: String, _ attributes: WantedAttributes, content: Content) {
        self.init(
            path: path,
            owner: attributes.owner,
            group: attributes.group,
            mode: attributes.mode ?? 0o644,
            content: content
        )
    }

    /// The file's bytes, where all of them are known.
    package var whole: String? { if case .whole(let text) = content { text } else { nil } }

    /// The file with what another task puts into it later.
    package func followed(by later: WantedFile) -> WantedFile {
        guard case .lines(let lines) = content, case .lines(let more) = later.content else { return later }
        var file = later
        file.content = .lines(lines + more.filter { !lines.contains($0) })
        return file
    }
}
