import RemoteHost

// The errors of a connection that has been made; those of making one are with the step that makes them.
extension RemoteHostError {
    /// The host, or the network, ended the connection.
    static let closedByHost = RemoteHostError(.connectionLost, "the connection was lost while the command ran")

    /// The host ended the connection, and said why.
    static func closed(saying goodbye: String) -> RemoteHostError {
        RemoteHostError(.connectionLost, "the host ended the connection: “\(goodbye)”")
    }

    /// This side has closed the connection.
    static let closedByUs = RemoteHostError(.connectionLost, "the connection is closed")

    /// The run was interrupted.
    static let interrupted = RemoteHostError(.cancelled, "the run was interrupted")

    /// Nothing was heard of the host, though it was asked.
    static func silent(for silence: Duration) -> RemoteHostError {
        RemoteHostError(
            .connectionLost,
            "nothing was heard of the host for \(silence.spelledOut), though it was asked whether it is there",
            hint: "is it up, and does the way to it still hold?"
        )
    }

    /// A command took too long.
    static func commandTimedOut(after limit: Duration) -> RemoteHostError {
        RemoteHostError(.timedOut, "the command did not end within \(limit.spelledOut)")
    }

    /// The connection had to be closed for another command's sake.
    static func closed(becauseOf other: RemoteHostError) -> RemoteHostError {
        switch other.code {
        case .timedOut:
            RemoteHostError(.connectionLost, "the connection was closed because another command did not end in time")
        case .cancelled:
            RemoteHostError(.connectionLost, "the connection was closed because another command was interrupted")
        default: other
        }
    }

    /// A command that can only do its work at a terminal gets none.
    static let noTerminal = RemoteHostError(
        .shellRefused,
        "the host gives no terminal, and doas takes a password at a terminal only",
        hint: "PermitTTY in sshd_config or the key's options (restrict, no-pty) forbid it; sudo, or 'nopass', need none"
    )

    /// What came over the connection cannot be understood, or the host said goodbye.
    static func broken(by error: LibSSH2Error) -> RemoteHostError {
        RemoteHostError(
            .connectionLost,
            "the connection was lost while the command ran (\(error.message), libssh2 \(error.code.rawValue))"
        )
    }

    /// The host does not start a command.
    static func commandRefused(by error: LibSSH2Error) -> RemoteHostError {
        switch error.code {
        case .channelRefused:
            RemoteHostError(
                .connectionLost,
                "the host opens no further session on the connection",
                hint: "sshd's MaxSessions may be too low, or the key may not run commands (no-exec options)",
                keepsConnection: true
            )
        case .requestRefused:
            RemoteHostError(
                .connectionLost,
                "the host refused to start a command",
                hint: "look for what its sshd logged; the key or the user may be restricted"
            )
        case .timedOut: RemoteHostError(.timedOut, "the host did not say whether it starts the command")
        default: broken(by: error)
        }
    }
}
