/// Arguments for ssh that somebody has written down, as Ansible's `ansible_ssh_common_args` has them.
package struct ClientArguments: Sendable, Hashable {
    /// The options among them that have a meaning here, in their order.
    package private(set) var directives: [ClientDirective] = []
    /// The file that `-F` names; of several, ssh reads the last.
    package private(set) var configurationFile: String?
    /// The options without a meaning here, as they are written.
    package private(set) var withoutEffect: [String] = []

    private let origin: ConfigurationOrigin

    /// Reads arguments: `-o Key=Value`, `-oKey=Value`, `-J`, `-i`, `-p`, `-l`, `-F`.
    ///
    /// - Parameters:
    ///   - text: the arguments, quoted as for a shell.
    ///   - origin: where they are written.
    package init(_ text: String, at origin: ConfigurationOrigin) throws(ClientConfigurationError) {
        self.origin = origin
        var words: ArraySlice<String>
        do {
            words = try ShellWords.split(text)[...]
        } catch {
            let reason = error == .openQuote ? "a quote has no end" : "a backslash stands at the end"
            throw ClientConfigurationError(.badSyntax, at: origin, reason, hint: "quote arguments as for a shell")
        }
        while let word = words.popFirst() {
            guard word.hasPrefix("-"), word.utf8.count > 1, word != "--" else {
                throw ClientConfigurationError(
                    .badSyntax,
                    at: origin,
                    "'\(word)' is no option of ssh",
                    hint: "options begin with '-'; a value with blanks needs quotes"
                )
            }
            try read(word.dropFirst(), &words)
        }
    }

    /// Options of one word, such as `vp 22` or `oPort=22`.
    private mutating func read(
        _ letters: Substring,
        _ words: inout ArraySlice<String>
    ) throws(ClientConfigurationError) {
        var rest = letters
        while let letter = rest.popFirst() {
            guard Self.lettersWithValue.contains(letter) else {
                guard Self.letters.contains(letter) else {
                    throw ClientConfigurationError(.unknownOption, at: origin, "ssh knows no option '-\(letter)'")
                }
                withoutEffect.append("-\(letter)")
                continue
            }
            guard let value = rest.isEmpty ? words.popFirst() : String(rest) else {
                throw ClientConfigurationError(.badSyntax, at: origin, "nothing follows '-\(letter)'")
            }
            return try take(letter, value)
        }
    }

    private mutating func take(_ letter: Character, _ value: String) throws(ClientConfigurationError) {
        switch letter {
        case "o": try take(line: value)
        case "J":
            guard let hosts = JumpHost.list(value) else {
                throw badValue("'-J' takes [user@]host[:port], several with commas, not '\(value)'")
            }
            directives.append(ClientDirective(.proxyJump(hosts), at: origin))
        case "i": directives.append(ClientDirective(.identityFile(value), at: origin))
        case "p":
            guard let port = PortNumber.parse(value) else {
                throw badValue("'-p' takes a port from 1 to 65535, not '\(value)'")
            }
            directives.append(ClientDirective(.port(port), at: origin))
        case "l": directives.append(ClientDirective(.user(value), at: origin))
        case "F": configurationFile = value
        default: withoutEffect.append("-\(letter) \(value)")
        }
    }

    private func badValue(_ message: String) -> ClientConfigurationError {
        ClientConfigurationError(.badValue, at: origin, message)
    }

    /// What stands behind `-o`: a line as a configuration has it.
    private mutating func take(line text: String) throws(ClientConfigurationError) {
        guard let line = try ClientConfigurationParser.line(Array(text.utf8), origin) else { return }
        if ["host", "match", "include"].contains(line.keyword) {
            throw ClientConfigurationError(
                .badSyntax,
                at: origin,
                "'\(line.spelling)' belongs into a file; it cannot stand behind '-o'"
            )
        }
        guard let directive = try ClientConfigurationParser.directive(line, origin) else {
            return withoutEffect.append("\(line.spelling) (ssh knows no such option)")
        }
        switch directive.option {
        case .ignored(let keyword): withoutEffect.append(keyword)
        case .unsupported(let keyword, let reason): withoutEffect.append("\(keyword) (\(reason))")
        case .proxyCommand(let command) where command.lowercased() != "none":
            withoutEffect.append("ProxyCommand (no command is run to connect; ProxyJump goes through a host)")
        default: directives.append(directive)
        }
    }

    /// The options of ssh(1) that a value belongs to.
    private static let lettersWithValue: Set<Character> = Set("bceilmopBDEFIJLOPQRSWw")
    /// The options of ssh(1) that stand alone.
    private static let letters: Set<Character> = Set("1246afgknqstvxACGKMNTVXYy")
}
