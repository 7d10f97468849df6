/// The conditions of a `Match` line, all of which have to hold.
struct MatchCondition: Sendable, Hashable {
    /// One condition.
    struct Criterion: Sendable, Hashable {
        /// What is looked at.
        var subject: Subject
        /// Whether it has to be otherwise.
        var isNegated: Bool
    }

    /// What a condition looks at.
    enum Subject: Sendable, Hashable {
        /// Everything fits.
        case all
        /// Whether this is the second reading of the files, which this asks for.
        case final
        /// The same without asking for it: names are not canonicalised here.
        case canonical
        /// The name or address to connect to, in lower case.
        case host(PatternList)
        /// The name that was asked for, in lower case.
        case originalHost(PatternList)
        /// The user to log in as.
        case user(PatternList)
        /// Who runs this.
        case localUser(PatternList)
        /// A condition that is not looked into here: a command to run, or one of later OpenSSH.
        case unsupported(String)
    }

    /// The conditions, in order of the line.
    var criteria: [Criterion]
    /// Where the line is.
    var origin: ConfigurationOrigin

    /// Whether it asks for a second reading of the files.
    var wantsFinalPass: Bool {
        criteria.contains { $0.subject == .final }
    }

    /// What conditions are held against.
    struct Facts {
        /// The name or address to connect to, as far as it is known.
        var host: String
        /// The name that was asked for.
        var originalHost: String
        /// The user to log in as, as far as it is known.
        var user: String
        /// Who runs this.
        var localUser: String
        /// Whether this is the second reading of the files.
        var isFinal: Bool
    }

    /// What comes of a line.
    enum Verdict: Hashable {
        /// All conditions hold.
        case holds
        /// One does not.
        case fails
        /// All that can be looked at hold; this one cannot.
        case undecided(String)
    }

    /// Whether the conditions hold.
    func verdict(_ facts: Facts) -> Verdict {
        var unsupported: String?
        for criterion in criteria {
            let fits: Bool
            switch criterion.subject {
            case .all: fits = true
            case .final, .canonical: fits = facts.isFinal
            case .host(let patterns): fits = patterns.matches(facts.host.lowercased())
            case .originalHost(let patterns): fits = patterns.matches(facts.originalHost.lowercased())
            case .user(let patterns): fits = patterns.matches(facts.user)
            case .localUser(let patterns): fits = patterns.matches(facts.localUser)
            case .unsupported(let name):
                unsupported = unsupported ?? name
                continue
            }
            if fits == criterion.isNegated { return .fails }
        }
        return unsupported.map { .undecided($0) } ?? .holds
    }

    /// Reads what stands behind `Match`.
    init(_ line: ConfigurationLine, at origin: ConfigurationOrigin) throws(ClientConfigurationError) {
        self.origin = origin
        criteria = []
        var scanner = WordScanner(line.rest)
        while let word = scanner.next(), let first = word.first, first != UInt8(ascii: "#") {
            let spelling = String(decoding: word, as: UTF8.self)
            let isNegated = first == UInt8(ascii: "!")
            let name = (isNegated ? String(spelling.dropFirst()) : spelling).lowercased()
            if name == "all" {
                // ssh lets one condition stand before it: "canonical all" is an idiom.
                if criteria.count > 1 || scanner.hasMoreWords {
                    throw Self.error("'\(spelling)' cannot stand beside other conditions", origin)
                }
                criteria.append(Criterion(subject: .all, isNegated: isNegated))
                return
            }
            let subject = try Self.subject(name, spelling, &scanner, origin)
            criteria.append(Criterion(subject: subject, isNegated: isNegated))
        }
        if criteria.isEmpty { throw Self.error("Match has no condition", origin) }
    }

    private static func subject(
        _ name: String,
        _ spelling: String,
        _ scanner: inout WordScanner,
        _ origin: ConfigurationOrigin
    ) throws(ClientConfigurationError) -> Subject {
        if name == "final" { return .final }
        if name == "canonical" { return .canonical }
        let takesValue = [
            "host", "originalhost", "user", "localuser", "exec", "tagged", "localnetwork", "command", "sessiontype",
            "version",
        ]
        guard takesValue.contains(name) else {
            throw error("'\(spelling)' is no condition of Match", origin)
        }
        guard let word = scanner.next(), let first = word.first, first != UInt8(ascii: "#") else {
            throw error("'\(spelling)' has no value", origin)
        }
        let value = String(decoding: word, as: UTF8.self)
        switch name {
        case "host": return .host(PatternList(text: value.lowercased()))
        case "originalhost": return .originalHost(PatternList(text: value.lowercased()))
        case "user": return .user(PatternList(text: value))
        case "localuser": return .localUser(PatternList(text: value))
        default: return .unsupported(name)
        }
    }

    private static func error(_ message: String, _ origin: ConfigurationOrigin) -> ClientConfigurationError {
        ClientConfigurationError(
            .badCondition,
            at: origin,
            message,
            hint: "Match takes all, final, canonical, and host, originalhost, user and localuser with a pattern"
        )
    }
}
