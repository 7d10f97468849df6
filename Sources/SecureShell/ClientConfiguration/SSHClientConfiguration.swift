/// OpenSSH's client configuration, as ssh_config(5) tells of it: read once, and asked for each host.
///
/// No command is ever run for it: `Match exec` does not apply, and `ProxyCommand` is an error for the hosts that it
/// is for.
package struct SSHClientConfiguration: Sendable {
    /// Which files are read.
    package enum Files: Sendable, Hashable {
        /// Those that ssh reads: the user's `~/.ssh/config`, then the system's `/etc/ssh/ssh_config`.
        case standard
        /// This one alone.
        case only(String)
        /// None.
        case none

        /// What stands behind ssh's option `-F`.
        package init(named name: String) {
            self = name.lowercased() == "none" ? .none : .only(name)
        }
    }

    private let files: [[ClientStatement]]
    private let user: ClientUser

    /// Reads the files.
    ///
    /// - Throws: everything that is wrong in them.
    package init(
        files: Files,
        source: ConfigurationSource,
        user: ClientUser
    ) throws(ClientConfigurationErrors) {
        self.user = user
        var parser = ClientConfigurationParser(source: source, home: user.home)
        switch files {
        case .none: self.files = []
        case .standard:
            self.files = [
                parser.read("\(user.home)/.ssh/config", isUsers: true, checksOwner: true),
                parser.read("/etc/ssh/ssh_config", isUsers: false, checksOwner: false),
            ].compactMap { $0 }
        case .only(let file):
            // ssh does not ask who may write a file that is named to it.
            guard let statements = parser.read(file, isUsers: true, checksOwner: false) else {
                let absent = ClientConfigurationError(
                    .badFile,
                    at: nil,
                    "there is no ssh configuration \(file)",
                    hint: "name another with -F FILE, or 'none' to read none"
                )
                throw ClientConfigurationErrors(parser.errors.first ?? absent)
            }
            self.files = [statements]
        }
        if let errors = ClientConfigurationErrors(parser.errors) { throw errors }
    }

    /// Says how a host is reached.
    ///
    /// - Parameters:
    ///   - host: the name that somebody would give to ssh.
    ///   - given: what is said elsewhere; it wins over the files.
    package func options(
        for host: String,
        given: [ClientDirective] = []
    ) throws(ClientConfigurationError) -> ClientOptions {
        var reading = ClientOptionsReading(host: host, user: user)
        for directive in given { try reading.take(directive) }
        for statements in files { try reading.read(statements) }
        try reading.endFirstPass()
        if reading.wantsFinalPass {
            for statements in files { try reading.read(statements) }
        }
        return try reading.options()
    }
}
