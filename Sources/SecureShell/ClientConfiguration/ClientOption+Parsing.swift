extension ClientOption {
    /// Why a line is no option.
    enum Fault: Error {
        /// No option of ssh's has this name.
        case unknown
        /// The value is not one that the option takes; in words that fit behind the option's name.
        case badValue(String, hint: String?)
        /// The line cannot be cut into words.
        case badLine(ConfigurationLine.Fault)
    }

    /// Reads an option; `Host`, `Match` and `Include` are none.
    init(_ line: ConfigurationLine) throws(Fault) {
        switch line.keyword {
        case "proxyjump":
            guard let hosts = JumpHost.list(line.text) else {
                throw .badValue("takes [user@]host[:port], several with commas, not '\(line.text)'", hint: nil)
            }
            self = .proxyJump(hosts)
        case "proxycommand":
            // What a jump host was written as before there was ProxyJump, and still is in many an inventory.
            self = JumpHost(proxyCommand: line.text).map { .proxyJump([$0]) } ?? .proxyCommand(line.text)
        case "hostname": self = .hostName(try Self.word(line))
        case "user": self = .user(try Self.word(line))
        case "port":
            let word = try Self.word(line)
            guard let port = PortNumber.parse(word) else {
                throw .badValue("takes a port from 1 to 65535, not '\(word)'", hint: nil)
            }
            self = .port(port)
        case "identityfile", "identityfile2": self = .identityFile(try Self.word(line))
        case "identitiesonly": self = .identitiesOnly(try Self.flag(line))
        case "identityagent": self = .identityAgent(try Self.word(line))
        case "userknownhostsfile": self = .userKnownHostsFile(try Self.files(line))
        case "globalknownhostsfile": self = .globalKnownHostsFile(try Self.files(line))
        case "hostkeyalias": self = .hostKeyAlias(try Self.word(line).lowercased())
        case "hashknownhosts": self = .hashKnownHosts(try Self.flag(line))
        case "stricthostkeychecking": self = .strictHostKeyChecking(try Self.checking(line))
        case "connecttimeout":
            self = try Self.time(line).map { .connectTimeout($0) } ?? .ignored(keyword: line.spelling)
        case "serveraliveinterval":
            self = try Self.time(line).map { .serverAliveInterval($0) } ?? .ignored(keyword: line.spelling)
        case "serveralivecountmax":
            let word = try Self.word(line)
            guard let count = Int(word), 0...Int(Int32.max) ~= count else {
                throw .badValue("takes a number such as 3, not '\(word)'", hint: nil)
            }
            self = .serverAliveCountMax(count)
        case "ignoreunknown": self = .ignoreUnknown(try Self.word(line))
        case "certificatefile":
            self = try Self.unsupported(
                line,
                unless: ["none"],
                "a certificate is read from beside its key, KEY-cert.pub"
            )
        case "canonicalizehostname":
            self = try Self.unsupported(line, unless: ["no", "false"], "names are taken as they are")
        case "revokedhostkeys":
            let reason = "revoked keys are read from @revoked lines of known_hosts only"
            self = try Self.unsupported(line, unless: ["none"], reason)
        default:
            guard Self.otherKeywords.contains(line.keyword) else { throw .unknown }
            self = .ignored(keyword: line.spelling)
        }
    }

    /// The name of the option as ssh_config(5) spells it.
    package var keyword: String {
        switch self {
        case .hostName: "HostName"
        case .user: "User"
        case .port: "Port"
        case .identityFile: "IdentityFile"
        case .identitiesOnly: "IdentitiesOnly"
        case .identityAgent: "IdentityAgent"
        case .proxyJump: "ProxyJump"
        case .proxyCommand: "ProxyCommand"
        case .userKnownHostsFile: "UserKnownHostsFile"
        case .globalKnownHostsFile: "GlobalKnownHostsFile"
        case .hostKeyAlias: "HostKeyAlias"
        case .hashKnownHosts: "HashKnownHosts"
        case .strictHostKeyChecking: "StrictHostKeyChecking"
        case .connectTimeout: "ConnectTimeout"
        case .serverAliveInterval: "ServerAliveInterval"
        case .serverAliveCountMax: "ServerAliveCountMax"
        case .ignoreUnknown: "IgnoreUnknown"
        case .unsupported(let keyword, _), .ignored(let keyword): keyword
        }
    }

    private static func words(_ line: ConfigurationLine) throws(Fault) -> [String] {
        do {
            return try line.words()
        } catch {
            throw .badLine(error)
        }
    }

    private static func word(_ line: ConfigurationLine) throws(Fault) -> String {
        let words = try words(line)
        guard let word = words.first, !word.isEmpty else { throw .badValue("has no value", hint: nil) }
        if words.count > 1 {
            throw .badValue("takes one value; '\(words[1])' is one too many", hint: "put a value with blanks in quotes")
        }
        return word
    }

    /// An option that is told of, unless its value turns it off.
    private static func unsupported(
        _ line: ConfigurationLine,
        unless off: [String],
        _ reason: String
    ) throws(Fault) -> ClientOption {
        let isOff = off.contains(try word(line).lowercased())
        return isOff ? .ignored(keyword: line.spelling) : .unsupported(keyword: line.spelling, reason: reason)
    }

    private static func flag(_ line: ConfigurationLine) throws(Fault) -> Bool {
        let word = try word(line)
        switch word.lowercased() {
        case "yes", "true": return true
        case "no", "false": return false
        default: throw .badValue("takes yes or no, not '\(word)'", hint: nil)
        }
    }

    private static func checking(_ line: ConfigurationLine) throws(Fault) -> StrictChecking {
        let word = try word(line)
        switch word.lowercased() {
        case "yes", "true": return .yes
        case "no", "false", "off": return .off
        case "ask": return .ask
        case "accept-new": return .acceptNew
        default: throw .badValue("takes yes, ask, accept-new, no or off, not '\(word)'", hint: nil)
        }
    }

    /// A time in seconds; none for `none`, which says nothing.
    private static func time(_ line: ConfigurationLine) throws(Fault) -> Int? {
        let word = try word(line)
        if word == "none" { return nil }
        guard let seconds = TimeFormat.seconds(word) else {
            throw .badValue("takes a time such as 30 or 1m30s, not '\(word)'", hint: nil)
        }
        return seconds
    }

    private static func files(_ line: ConfigurationLine) throws(Fault) -> [String] {
        let words = try words(line)
        if words.isEmpty || words.contains("") { throw .badValue("has an empty value", hint: nil) }
        guard words.contains(where: { $0.lowercased() == "none" }) else { return words }
        if words.count > 1 { throw .badValue("has 'none' beside other files", hint: "'none' stands alone") }
        return []
    }

    /// The options of ssh_config(5) that have no meaning here, as of OpenSSH 10, with those of the past that it takes.
    static let otherKeywords: Set<String> = [
        "addkeystoagent", "addressfamily", "afstokenpassing", "batchmode", "bindaddress", "bindinterface",
        "canonicaldomains", "canonicalizefallbacklocal", "canonicalizemaxdots", "canonicalizepermittedcnames",
        "casignaturealgorithms", "challengeresponseauthentication", "channeltimeout", "checkhostip",
        "cipher", "ciphers", "clearallforwardings", "compression", "compressionlevel", "connectionattempts",
        "controlmaster", "controlpath", "controlpersist", "dsaauthentication", "dynamicforward",
        "enableescapecommandline", "enablesshkeysign", "escapechar", "exitonforwardfailure", "fallbacktorsh",
        "fingerprinthash", "forkafterauthentication", "forwardagent", "forwardx11", "forwardx11timeout",
        "forwardx11trusted", "gatewayports", "globalknownhostsfile2", "gssapiauthentication", "gssapiclientidentity",
        "gssapidelegatecredentials", "gssapikexalgorithms", "gssapikeyexchange", "gssapirenewalforcesrekey",
        "gssapiserveridentity", "gssapitrustdns", "hostbasedacceptedalgorithms", "hostbasedauthentication",
        "hostbasedkeytypes", "hostkeyalgorithms", "ipqos", "kbdinteractiveauthentication", "kbdinteractivedevices",
        "keepalive", "kerberosauthentication", "kerberostgtpassing", "kexalgorithms", "knownhostscommand",
        "localcommand", "localforward", "loglevel", "logverbose", "macs", "nohostauthenticationforlocalhost",
        "numberofpasswordprompts", "obscurekeystroketiming", "passwordauthentication", "permitlocalcommand",
        "permitremoteopen", "pkcs11provider", "preferredauthentications", "protocol", "proxyusefdpass",
        "pubkeyacceptedalgorithms", "pubkeyacceptedkeytypes", "pubkeyauthentication", "refuseconnection", "rekeylimit",
        "remotecommand", "remoteforward", "requesttty", "requiredrsasize", "rhostsauthentication",
        "rhostsrsaauthentication", "rsaauthentication", "rsaminsize", "securitykeyprovider", "sendenv",
        "sessiontype", "setenv", "skeyauthentication", "smartcarddevice", "stdinnull",
        "streamlocalbindmask", "streamlocalbindunlink", "syslogfacility", "tag", "tcpkeepalive", "tisauthentication",
        "tunnel", "tunneldevice", "updatehostkeys", "useprivilegedport", "userknownhostsfile2", "useroaming", "usersh",
        "verifyhostkeydns", "versionaddendum", "visualhostkey", "warnweakcrypto", "xauthlocation",
    ]
}
