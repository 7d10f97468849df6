/// One source of packages, as apt's settings name it.
struct AptSource: Sendable, Hashable {
    /// Where the archive is.
    var uri: String
    /// The suite, as in `bookworm-security`.
    var suite: String
    /// The components, as in `main`.
    var components: [String]
    /// The key ring that signs it, where one is named.
    var signedBy: String?
    /// Whether the signatures need not be checked.
    var isTrusted = false

    /// Reads a file of one-line entries (`deb [options] uri suite component…`), sources.list(5).
    static func parseList(_ text: String) -> [AptSource] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let line = line.prefix { $0 != "#" }
            var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.first == "deb" else { return nil }
            words.removeFirst()
            var options: [String: String] = [:]
            if let first = words.first, first.hasPrefix("[") {
                guard let end = words.firstIndex(where: { $0.hasSuffix("]") }) else { return nil }
                for option in words[...end] {
                    let pair = option.filter { $0 != "[" && $0 != "]" }.split(separator: "=", maxSplits: 1)
                    if pair.count == 2 { options[pair[0].lowercased()] = String(pair[1]) }
                }
                words.removeSubrange(...end)
            }
            guard words.count >= 2 else { return nil }
            return AptSource(
                uri: words[0],
                suite: words[1],
                components: Array(words[2...]),
                signedBy: options["signed-by"],
                isTrusted: options["trusted"] == "yes"
            )
        }
    }

    /// Reads a file of stanzas (`Types:`, `URIs:`, `Suites:` …), the deb822 style of sources.list(5).
    static func parseStanzas(_ text: String) -> [AptSource] {
        var sources: [AptSource] = []
        var fields: [String: String] = [:]
        var field = ""
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        for line in lines + [""] {
            if line.hasPrefix("#") { continue }
            if line.allSatisfy(\.isWhitespace) {
                sources += Self.sources(of: fields)
                fields = [:]
            } else if line.first?.isWhitespace == true {
                fields[field, default: ""] += "\n" + line.trimmed
            } else if let colon = line.firstIndex(of: ":") {
                field = line[..<colon].lowercased()
                fields[field] = line[line.index(after: colon)...].trimmed
            }
        }
        return sources
    }

    private static func sources(of fields: [String: String]) -> [AptSource] {
        let words = { (name: String) -> [String] in
            fields[name, default: ""].split(whereSeparator: \.isWhitespace).map(String.init)
        }
        let isOff = ["no", "false", "off", "0"].contains(fields["enabled", default: "yes"].lowercased())
        guard words("types").contains("deb"), !isOff else { return [] }
        return words("uris").flatMap { uri in
            words("suites").map { suite in
                AptSource(
                    uri: uri,
                    suite: suite,
                    components: words("components"),
                    // A key that stands in the file itself belongs to a third party's archive.
                    signedBy: fields["signed-by"],
                    isTrusted: fields["trusted"]?.lowercased() == "yes"
                )
            }
        }
    }

    /// The entry in stanza style, signed by Debian's key ring.
    var stanza: String {
        """
        Types: deb
        URIs: \(uri)
        Suites: \(suite)
        Components: \(components.joined(separator: " "))
        \(isTrusted ? "Trusted: yes" : "Signed-By: \(Self.keyring)")

        """
    }

    /// Debian's own key ring, in every Debian.
    static let keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
}

extension [AptSource] {
    /// The sources that make up one release of Debian: its base, updates and security suites, and nothing of others.
    ///
    /// Third parties use Debian's suite names too; they are told apart by the key that signs them.
    func ofDebian(_ codename: String) -> [AptSource] {
        let suites = [codename, "\(codename)-updates", "\(codename)-security"]
        return filter { source in
            let isDebians = source.signedBy.map {
                $0.hasSuffix("/debian-archive-keyring.gpg") || $0.contains("/debian-archive-")
            }
            return suites.contains(source.suite) && source.components.contains("main") && isDebians ?? true
        }
    }

    /// What a Debian is set to where its owner never changed it.
    static func debianDefaults(_ codename: String) -> [AptSource] {
        let base = "http://deb.debian.org/debian"
        return [
            AptSource(uri: base, suite: codename, components: ["main"]),
            AptSource(uri: base, suite: "\(codename)-updates", components: ["main"]),
            AptSource(uri: base + "-security", suite: "\(codename)-security", components: ["main"]),
        ]
    }
}
