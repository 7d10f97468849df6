/// A line of a configuration as it is understood, before anybody asks for a host.
indirect enum ClientStatement: Sendable {
    /// What follows is for hosts that fit.
    case host(PatternList)
    /// What follows is for connections that fit.
    case match(MatchCondition)
    /// Other files, in this place.
    case include([[ClientStatement]])
    /// An option.
    case option(ClientDirective)
    /// A keyword that ssh does not know; `IgnoreUnknown` may have said that it is right.
    case unknown(keyword: String, origin: ConfigurationOrigin)
}

/// Reads configuration files with all that they include, going on after each fault.
struct ClientConfigurationParser {
    private let source: ConfigurationSource
    private let home: String
    /// What is wrong so far.
    private(set) var errors: [ClientConfigurationError] = []
    private var includedFiles = 0

    /// How deep includes may be nested, as in ssh.
    static let depthLimit = 16
    /// How many files may be included in all; ssh has no such limit.
    static let fileLimit = 4096

    /// Begins with nothing read.
    init(source: ConfigurationSource, home: String) {
        self.source = source
        self.home = home
    }

    /// Reads a file and what it includes.
    ///
    /// - Parameters:
    ///   - isUsers: whether `~` and names without a folder are the user's, not the system's.
    ///   - checksOwner: whether a file that others may write is refused.
    /// - Returns: the lines; none where there is no such file, or where it cannot be used.
    mutating func read(_ file: String, isUsers: Bool, checksOwner: Bool) -> [ClientStatement]? {
        read(file, isUsers: isUsers, checksOwner: checksOwner, depth: 0, from: nil)
    }

    private mutating func read(
        _ file: String,
        isUsers: Bool,
        checksOwner: Bool,
        depth: Int,
        from origin: ConfigurationOrigin?
    ) -> [ClientStatement]? {
        switch source.read(file) {
        case .absent: return nil
        case .unreadable(let reason):
            report(.badFile, origin, "the ssh configuration \(file) cannot be read: \(reason)")
            return nil
        case .file(let bytes, let isOpenToOthers):
            if isOpenToOthers, checksOwner {
                report(
                    .badFile,
                    origin,
                    "the ssh configuration \(file) may be changed by others, so it is not used; nor does ssh use it",
                    hint: "it has to be yours or root's: chmod go-w \(file)"
                )
                return nil
            }
            return statements(bytes, file: file, isUsers: isUsers, depth: depth)
        }
    }

    private mutating func statements(
        _ bytes: [UInt8],
        file: String,
        isUsers: Bool,
        depth: Int
    ) -> [ClientStatement] {
        var statements: [ClientStatement] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, text) in lines.enumerated() {
            let origin = ConfigurationOrigin(file: file, line: index + 1)
            do throws(ClientConfigurationError) {
                guard let line = try Self.line(text, origin) else { continue }
                statements.append(try statement(line, origin, isUsers: isUsers, depth: depth))
            } catch {
                errors.append(error)
            }
        }
        return statements
    }

    private mutating func statement(
        _ line: ConfigurationLine,
        _ origin: ConfigurationOrigin,
        isUsers: Bool,
        depth: Int
    ) throws(ClientConfigurationError) -> ClientStatement {
        switch line.keyword {
        case "host": return .host(PatternList(words: try Self.words(line, origin)))
        case "match": return .match(try MatchCondition(line, at: origin))
        case "include": return .include(try included(line, origin, isUsers: isUsers, depth: depth))
        default:
            return try Self.directive(line, origin).map { .option($0) }
                ?? .unknown(keyword: line.spelling, origin: origin)
        }
    }

    private mutating func included(
        _ line: ConfigurationLine,
        _ origin: ConfigurationOrigin,
        isUsers: Bool,
        depth: Int
    ) throws(ClientConfigurationError) -> [[ClientStatement]] {
        var files: [[ClientStatement]] = []
        for word in try Self.words(line, origin) {
            for path in IncludePattern(try path(word, origin, isUsers: isUsers)).paths(in: source) {
                includedFiles += 1
                guard depth < Self.depthLimit, includedFiles <= Self.fileLimit else {
                    throw ClientConfigurationError(
                        .tooManyIncludes,
                        at: origin,
                        depth < Self.depthLimit
                            ? "more than \(Self.fileLimit) files are included"
                            : "files include each other more than \(Self.depthLimit) levels deep",
                        hint: "does a file include itself?"
                    )
                }
                // Whatever is included has to be safe, even where the including file needs not.
                let file = read(path, isUsers: isUsers, checksOwner: true, depth: depth + 1, from: origin)
                if let file { files.append(file) }
            }
        }
        return files
    }

    private func path(
        _ word: String,
        _ origin: ConfigurationOrigin,
        isUsers: Bool
    ) throws(ClientConfigurationError) -> String {
        if word.hasPrefix("/") { return word }
        guard word.hasPrefix("~") else { return isUsers ? "\(home)/.ssh/\(word)" : "/etc/ssh/\(word)" }
        if isUsers, word == "~" || word.hasPrefix("~/") { return home + word.dropFirst() }
        throw ClientConfigurationError(
            .badValue,
            at: origin,
            isUsers
                ? "Include takes one's own home with '~', not '\(word)'" : "Include has '~' in a file of the system",
            hint: "write the whole path"
        )
    }

    private mutating func report(
        _ code: ClientConfigurationError.Code,
        _ origin: ConfigurationOrigin?,
        _ message: String,
        hint: String? = nil
    ) {
        errors.append(ClientConfigurationError(code, at: origin, message, hint: hint))
    }
}

extension ClientConfigurationParser {
    /// Cuts a line into keyword and rest; none for blank lines and comments.
    static func line(
        _ text: some Sequence<UInt8>,
        _ origin: ConfigurationOrigin
    ) throws(ClientConfigurationError) -> ConfigurationLine? {
        do {
            return try ConfigurationLine(text)
        } catch {
            throw fault(error, origin)
        }
    }

    /// An option with its place; none where ssh does not know its name.
    static func directive(
        _ line: ConfigurationLine,
        _ origin: ConfigurationOrigin
    ) throws(ClientConfigurationError) -> ClientDirective? {
        do throws(ClientOption.Fault) {
            return ClientDirective(try ClientOption(line), at: origin)
        } catch {
            switch error {
            case .unknown: return nil
            case .badLine(let fault): throw Self.fault(fault, origin)
            case .badValue(let reason, let hint):
                throw ClientConfigurationError(.badValue, at: origin, "\(line.spelling) \(reason)", hint: hint)
            }
        }
    }

    private static func words(
        _ line: ConfigurationLine,
        _ origin: ConfigurationOrigin
    ) throws(ClientConfigurationError) -> [String] {
        let words: [String]
        do {
            words = try line.words()
        } catch {
            throw fault(error, origin)
        }
        guard !words.contains("") else {
            throw ClientConfigurationError(.badValue, at: origin, "\(line.spelling) has an empty value")
        }
        return words
    }

    private static func fault(
        _ fault: ConfigurationLine.Fault,
        _ origin: ConfigurationOrigin
    ) -> ClientConfigurationError {
        switch fault {
        case .noArgument(let keyword):
            ClientConfigurationError(.badSyntax, at: origin, "nothing follows the keyword '\(keyword)'")
        case .openQuote: ClientConfigurationError(.badSyntax, at: origin, "a quote has no end")
        case .nul:
            ClientConfigurationError(.badSyntax, at: origin, "a NUL character was found; a text file was expected")
        }
    }
}
