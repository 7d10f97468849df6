/// Goes through a configuration for one host: of each option, the first value counts.
struct ClientOptionsReading {
    private let original: String
    private let user: ClientUser
    /// The name that `Host` is held against: what was asked for, in a second pass what that became.
    private var host: String
    private var isFinal = false
    private var isActive = true
    /// Whether a `Match final` asks for a second pass.
    private(set) var wantsFinalPass = false

    private var hostName: Sourced<String>?
    private var identityAgent: Sourced<String>?
    private var proxyCommand: Sourced<String>?
    private var ignoredUnknown: PatternList?
    private var raw: ClientOptions
    private var warned: Set<ConfigurationOrigin> = []

    /// Begins with nothing said.
    init(host: String, user: ClientUser) {
        original = host
        self.host = host
        self.user = user
        raw = ClientOptions(address: host)
    }

    /// Reads a file.
    mutating func read(_ statements: [ClientStatement]) throws(ClientConfigurationError) {
        isActive = true
        try read(statements, mayMatch: true)
    }

    private mutating func read(
        _ statements: [ClientStatement],
        mayMatch: Bool
    ) throws(ClientConfigurationError) {
        for statement in statements {
            switch statement {
            case .host(let patterns): isActive = mayMatch && patterns.matches(host)
            case .match(let condition):
                let holds = try holds(condition)
                isActive = mayMatch && holds
            case .include(let files):
                // What an included file turns on or off ends with it, and an inactive line includes nothing active.
                let outside = isActive
                for file in files {
                    try read(file, mayMatch: outside)
                    isActive = outside
                }
            case .option(let directive):
                if isActive { try take(directive) }
            case .unknown(let keyword, let origin):
                if ignoredUnknown?.matches(keyword.lowercased()) == true { continue }
                throw ClientConfigurationError(
                    .unknownOption,
                    at: origin,
                    "ssh knows no option '\(keyword)'",
                    hint: "if it is right for another program, put IgnoreUnknown \(keyword) before it"
                )
            }
        }
    }

    private mutating func holds(_ condition: MatchCondition) throws(ClientConfigurationError) -> Bool {
        if condition.wantsFinalPass { wantsFinalPass = true }
        let facts = MatchCondition.Facts(
            host: isFinal ? host : try expandedHostName() ?? host,
            originalHost: original,
            user: raw.user?.value ?? user.name,
            localUser: user.name,
            isFinal: isFinal
        )
        switch condition.verdict(facts) {
        case .holds: return true
        case .fails: return false
        case .undecided(let name):
            let reason = name == "exec" ? "no command is run for a configuration" : "that is not looked into"
            warn(
                .withoutEffect,
                condition.origin,
                "'Match \(name)' never applies: \(reason); the lines below it are passed over for \(original)",
                hint: "use Match host, originalhost, user or localuser"
            )
            return false
        }
    }

    /// Takes an option, unless an earlier line has said it.
    mutating func take(_ directive: ClientDirective) throws(ClientConfigurationError) {
        let origin = directive.origin
        switch directive.option {
        case .hostName(let value): hostName = hostName ?? Sourced(value, origin)
        case .user(let value): raw.user = raw.user ?? Sourced(value, origin)
        case .port(let value): raw.port = raw.port ?? Sourced(value, origin)
        case .identityFile(let value):
            if !raw.identityFiles.contains(where: { $0.value == value }) {
                raw.identityFiles.append(Sourced(value, origin))
            }
        case .identitiesOnly(let value): raw.identitiesOnly = raw.identitiesOnly ?? Sourced(value, origin)
        case .identityAgent(let value): identityAgent = identityAgent ?? Sourced(value, origin)
        case .proxyJump(let hosts):
            // Of the two ways to go through something, the first one that is named counts.
            if proxyCommand == nil { raw.jumps = raw.jumps ?? Sourced(hosts, origin) }
        case .proxyCommand(let command):
            if raw.jumps == nil { proxyCommand = proxyCommand ?? Sourced(command, origin) }
        case .userKnownHostsFile(let files):
            raw.userKnownHostsFiles = raw.userKnownHostsFiles ?? Sourced(files, origin)
        case .globalKnownHostsFile(let files):
            raw.globalKnownHostsFiles = raw.globalKnownHostsFiles ?? Sourced(files, origin)
        case .hostKeyAlias(let name): raw.hostKeyAlias = raw.hostKeyAlias ?? Sourced(name, origin)
        case .hashKnownHosts(let value): raw.hashKnownHosts = raw.hashKnownHosts ?? Sourced(value, origin)
        case .strictHostKeyChecking(let value):
            raw.strictHostKeyChecking = raw.strictHostKeyChecking ?? Sourced(value, origin)
        case .connectTimeout(let value): raw.connectTimeout = raw.connectTimeout ?? Sourced(value, origin)
        case .serverAliveInterval(let value):
            raw.serverAliveInterval = raw.serverAliveInterval ?? Sourced(value, origin)
        case .serverAliveCountMax(let value):
            raw.serverAliveCountMax = raw.serverAliveCountMax ?? Sourced(value, origin)
        case .ignoreUnknown(let names): ignoredUnknown = ignoredUnknown ?? PatternList(text: names.lowercased())
        case .unsupported(let keyword, let reason):
            warn(.withoutEffect, origin, "\(keyword) has no effect: \(reason)")
        case .ignored: break
        }
    }

    /// Ends the reading of the files, and turns to a second one with the name that came of the first.
    mutating func endFirstPass() throws(ClientConfigurationError) {
        host = (try expandedHostName() ?? host).lowercased()
        raw.address = host
        raw.addressOrigin = hostName?.origin
        isFinal = true
    }

    // MARK: - What is said in the end

    /// The options, all expanded.
    func options() throws(ClientConfigurationError) -> ClientOptions {
        if let proxyCommand, proxyCommand.value.lowercased() != "none" {
            throw ClientConfigurationError(
                .notSupported,
                at: proxyCommand.origin,
                "ProxyCommand is set for \(original), and no command is run to connect",
                hint: "go through a host with ProxyJump, or put 'ProxyCommand none' before it"
            )
        }
        var options = raw
        let port = raw.port?.value ?? 22
        let remoteUser = raw.user?.value ?? user.name
        let paths = TokenExpansion.paths(
            host: host,
            original: original,
            port: port,
            remoteUser: remoteUser,
            alias: raw.hostKeyAlias?.value,
            for: user
        )
        options.identityFiles = []
        for file in raw.identityFiles {
            let path = try expand("IdentityFile", file) { text throws(TokenExpansion.Fault) in try paths.path(text) }
            options.identityFiles.append(path)
        }
        if let files = raw.userKnownHostsFiles {
            var expanded: [String] = []
            for file in files.value {
                expanded.append(
                    try expand("UserKnownHostsFile", Sourced(file, files.origin)) {
                        text throws(TokenExpansion.Fault) in try paths.path(text)
                    }.value
                )
            }
            options.userKnownHostsFiles = Sourced(expanded, files.origin)
        }
        if let identityAgent { options.identityAgent = try agent(identityAgent, paths) }
        if let jumps = raw.jumps {
            let tokens = TokenExpansion(
                ["h": host, "n": original, "p": String(port), "r": remoteUser],
                for: user
            )
            var expanded: [JumpHost] = []
            for var jump in jumps.value {
                jump.host = try expand("ProxyJump", Sourced(jump.host, jumps.origin)) {
                    text throws(TokenExpansion.Fault) in try tokens.expand(text)
                }.value
                if let user = jump.user {
                    jump.user = try expand("ProxyJump", Sourced(user, jumps.origin)) {
                        text throws(TokenExpansion.Fault) in try tokens.expand(text)
                    }.value
                }
                expanded.append(jump)
            }
            options.jumps = Sourced(expanded, jumps.origin)
        }
        return options
    }

    private func agent(
        _ agent: Sourced<String>,
        _ paths: TokenExpansion
    ) throws(ClientConfigurationError) -> Sourced<ClientOptions.Agent> {
        if agent.value == "none" { return Sourced(.none, agent.origin) }
        if agent.value == "SSH_AUTH_SOCK" { return Sourced(.environment, agent.origin) }
        if agent.value.hasPrefix("$"), !agent.value.hasPrefix("${") {
            let name = String(agent.value.dropFirst())
            // As in ssh: a variable that is not set says that there is no agent.
            return Sourced(user.environment[name].map { .socket($0) } ?? .none, agent.origin)
        }
        let path = try expand("IdentityAgent", agent) { text throws(TokenExpansion.Fault) in try paths.path(text) }
        return Sourced(.socket(path.value), agent.origin)
    }

    private func expandedHostName() throws(ClientConfigurationError) -> String? {
        guard let hostName else { return nil }
        let expansion = TokenExpansion(["h": host], for: user)
        return try expand("HostName", hostName) { text throws(TokenExpansion.Fault) in try expansion.expand(text) }
            .value
    }

    private func expand(
        _ keyword: String,
        _ text: Sourced<String>,
        _ expansion: (String) throws(TokenExpansion.Fault) -> String
    ) throws(ClientConfigurationError) -> Sourced<String> {
        do {
            return Sourced(try expansion(text.value), text.origin)
        } catch {
            throw ClientConfigurationError(.badValue, at: text.origin, "\(keyword) \(error.reason)")
        }
    }

    private mutating func warn(
        _ code: ClientConfigurationError.Code,
        _ origin: ConfigurationOrigin,
        _ message: String,
        hint: String? = nil
    ) {
        guard warned.insert(origin).inserted else { return }
        raw.warnings.append(ClientConfigurationError(code, at: origin, message, hint: hint))
    }
}
