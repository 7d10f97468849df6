import ArgumentParser
import FleetRunner
import SecureShell

/// The options that say how long the steps of a connection may take.
struct DeadlineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long looking up a name and connecting may take (default: 10, or the ssh configuration's ConnectTimeout).",
            valueName: "seconds"
        )
    )
    var connectTimeout: Double?

    @Option(
        help: ArgumentHelp("How long the exchange of banners and keys may take (default: 10).", valueName: "seconds")
    )
    var handshakeTimeout: Double?

    @Option(help: ArgumentHelp("How long a login may take (default: 15).", valueName: "seconds"))
    var loginTimeout: Double?

    @Option(
        help: ArgumentHelp(
            "How long one look at a host may take (default: 60).",
            valueName: "seconds"
        )
    )
    var commandTimeout: Double?

    @Option(
        help: ArgumentHelp(
            "How long each change may take, and the wait for another run's change of the same host (default: 900).",
            valueName: "seconds"
        )
    )
    var changeTimeout: Double?

    @Option(
        help: ArgumentHelp(
            "How long up and verify wait for lsyncd's first full pass to a slave (default: 3600).",
            valueName: "seconds"
        )
    )
    var firstPassTimeout: Double?

    @Option(help: ArgumentHelp("How long saying goodbye may take (default: 3).", valueName: "seconds"))
    var closeTimeout: Double?

    /// What a step may take at most: a day.
    private static let most = 86_400.0

    /// These options, completed by those that stood before the verb.
    func completed(by earlier: DeadlineOptions) -> DeadlineOptions {
        var merged = self
        merged.connectTimeout = connectTimeout ?? earlier.connectTimeout
        merged.handshakeTimeout = handshakeTimeout ?? earlier.handshakeTimeout
        merged.loginTimeout = loginTimeout ?? earlier.loginTimeout
        merged.commandTimeout = commandTimeout ?? earlier.commandTimeout
        merged.changeTimeout = changeTimeout ?? earlier.changeTimeout
        merged.firstPassTimeout = firstPassTimeout ?? earlier.firstPassTimeout
        merged.closeTimeout = closeTimeout ?? earlier.closeTimeout
        return merged
    }

    func validate() throws {
        let given = [
            ("--connect-timeout", connectTimeout), ("--handshake-timeout", handshakeTimeout),
            ("--login-timeout", loginTimeout), ("--command-timeout", commandTimeout),
            ("--change-timeout", changeTimeout), ("--first-pass-timeout", firstPassTimeout),
            ("--close-timeout", closeTimeout),
        ]
        for case (let name, let seconds?) in given where !(0.1...Self.most).contains(seconds) {
            throw ValidationError("\(name) must be from 0.1 seconds to 86400 (a day)")
        }
    }

    /// The deadlines of connections.
    var ofConnections: SSHDeadlines {
        var deadlines = SSHDeadlines()
        if let connectTimeout { deadlines.connect = .seconds(connectTimeout) }
        if let handshakeTimeout { deadlines.handshake = .seconds(handshakeTimeout) }
        if let loginTimeout { deadlines.authentication = .seconds(loginTimeout) }
        if let closeTimeout { deadlines.close = .seconds(closeTimeout) }
        return deadlines
    }

    /// The deadlines of a run.
    ///
    /// - Parameter canaryStep: how long a canary's step may take where a copy says nothing else.
    func ofRun(canaryStep: Duration = .seconds(10)) -> RunDeadlines {
        var deadlines = RunDeadlines(canaryStep: canaryStep)
        if let commandTimeout { deadlines.probe = .seconds(commandTimeout) }
        if let firstPassTimeout { deadlines.firstPass = .seconds(firstPassTimeout) }
        if let changeTimeout { deadlines.change = .seconds(changeTimeout) }
        return deadlines
    }
}
