import Crypto

/// Puts in what `~`, `%h` and `${NAME}` stand for.
struct TokenExpansion {
    /// Why a text cannot be expanded, in words that fit behind its option's name.
    struct Fault: Error {
        /// The reason.
        var reason: String
    }

    private let tokens: [Character: String]
    private let user: ClientUser

    /// Makes an expansion with these tokens.
    init(_ tokens: [Character: String], for user: ClientUser) {
        self.tokens = tokens
        self.user = user
    }

    /// The tokens that paths may have.
    ///
    /// - Parameters:
    ///   - original: the name that was asked for.
    ///   - alias: the name in known_hosts, if one is set.
    static func paths(
        host: String,
        original: String,
        port: Int,
        remoteUser: String,
        alias: String?,
        for user: ClientUser
    ) -> TokenExpansion {
        let short = user.hostName.split(separator: ".", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let connection = Insecure.SHA1.hash(data: Array("\(user.hostName)\(host)\(port)\(remoteUser)".utf8))
        let tokens: [Character: String] = [
            "C": connection.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined(),
            "L": short, "d": user.home, "h": host, "i": String(user.number), "k": alias ?? original,
            "l": user.hostName, "n": original, "p": String(port), "r": remoteUser, "u": user.name,
        ]
        return TokenExpansion(tokens, for: user)
    }

    /// A path with its home folder, tokens and variables.
    func path(_ text: String) throws(Fault) -> String {
        try expand(withHome(text), variables: true)
    }

    /// A text with its tokens, and with its variables where it may have some.
    func expand(_ text: String, variables: Bool = false) throws(Fault) -> String {
        var expanded = ""
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if variables, scalar == "$", rest.first == "{" {
                guard let end = rest.firstIndex(of: "}") else { throw Fault(reason: "has '${' without '}': '\(text)'") }
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                guard let value = user.environment[name] else {
                    throw Fault(reason: "uses ${\(name)}, which is not set in the environment")
                }
                expanded += value
                rest = rest[rest.index(after: end)...]
            } else if scalar == "%" {
                guard let token = rest.popFirst() else { throw Fault(reason: "ends with a single '%': '\(text)'") }
                if token == "%" {
                    expanded += "%"
                } else if let value = tokens[Character(token)] {
                    expanded += value
                } else {
                    throw Fault(reason: "has '%\(token)', which stands for nothing in it")
                }
            } else {
                expanded.unicodeScalars.append(scalar)
            }
        }
        return expanded
    }

    private func withHome(_ text: String) throws(Fault) -> String {
        guard text.hasPrefix("~") else { return text }
        let name = text.dropFirst().prefix { $0 != "/" }
        guard name.isEmpty || name == user.name else {
            throw Fault(reason: "has '~\(name)', the home of somebody else; write the whole path")
        }
        let rest = text.dropFirst(1 + name.count)
        return user.home + (rest.isEmpty ? "/" : rest)
    }
}
