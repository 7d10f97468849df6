extension JumpHost {
    /// Reads a `ProxyCommand` that only goes through a host: `ssh -W %h:%p [-q] [-l user] [-p port] [user@]host`; none where
    /// it does anything else.
    init?(proxyCommand text: String) {
        guard var words = try? ShellWords.split(text)[...] else { return nil }
        if words.first == "exec" { words.removeFirst() }
        guard let program = words.popFirst(), program == "ssh" || program.hasSuffix("/ssh") else { return nil }
        var (forwards, user, port, names) = (false, String?.none, Int?.none, [String]())
        while let word = words.popFirst() {
            guard word.hasPrefix("-") else {
                names.append(word)
                continue
            }
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                if Self.lettersOfNoMatter.contains(letter) { continue }
                guard "Wlp".contains(letter), let value = letters.isEmpty ? words.popFirst() : String(letters) else {
                    return nil
                }
                letters = ""
                switch letter {
                case "W":
                    guard value == "%h:%p" || value == "[%h]:%p" else { return nil }
                    forwards = true
                case "l": user = user ?? value
                default:
                    guard let number = PortNumber.parse(value) else { return nil }
                    port = port ?? number
                }
            }
        }
        guard forwards, names.count == 1, let host = JumpHost(names[0]), !names[0].contains("%"),
            // To ssh, a name with a colon is a name or an IPv6 address here, not a port.
            host.port == nil || names[0].hasPrefix("ssh://")
        else { return nil }
        self = JumpHost(user: host.user ?? user, host: host.host, port: host.port ?? port)
    }

    /// Options of ssh(1) that change nothing in a connection that only forwards one other.
    private static let lettersOfNoMatter: Set<Character> = Set("46aknqTvxC")
}
