import RemoteHost

/// Says in plain words why there is no SSH session, by what the other end has said.
struct HandshakeFailure: Sendable {
    /// The destination as messages name it.
    var endpoint: String
    /// What is at the other end.
    var peer: HandshakePeer

    /// The deadline passed.
    func timedOut(after limit: Duration) -> RemoteHostError {
        if peer.firstBytes.isEmpty {
            return RemoteHostError(
                .timedOut,
                "\(endpoint) accepted the connection but sent no SSH banner within \(limit.spelledOut)"
            )
        }
        if peer.isOtherProtocol { return otherProtocol }
        if peer.banner == nil {
            return RemoteHostError(
                .timedOut,
                "\(endpoint) began its SSH banner but did not end it within \(limit.spelledOut)"
            )
        }
        return RemoteHostError(
            .timedOut,
            "\(endpoint) sent its SSH banner and then did not finish the key exchange within \(limit.spelledOut)"
        )
    }

    /// The connection was closed.
    var closed: RemoteHostError {
        if peer.firstBytes.isEmpty { return Self.closedAtOnce(by: endpoint) }
        if peer.isOtherProtocol { return otherProtocol }
        return RemoteHostError(
            .unreachable,
            "\(endpoint) closed the connection during the key exchange" + (peer.goodbye.map { ": “\($0)”" } ?? "")
        )
    }

    /// libssh2 gave up.
    func refused(_ error: LibSSH2Error) -> RemoteHostError {
        if peer.isOtherProtocol { return otherProtocol }
        let banner = peer.banner ?? "its server"
        return switch error.code {
        case .noCommonAlgorithm:
            RemoteHostError(
                .unreachable,
                "\(endpoint) (\(banner)) and libssh2 \(LibSSH2Library.version) have no algorithm in common",
                hint: "allow an ed25519 or ECDSA host key and a usual cipher in its sshd_config, or update libssh2"
            )
        default:
            RemoteHostError(.unreachable, "the key exchange with \(endpoint) (\(banner)) failed: \(error.message)")
        }
    }

    /// The handshake ended well but for the key; that should not be.
    var withoutHostKey: RemoteHostError {
        RemoteHostError(.hostKeyRefused, "\(endpoint) showed no host key")
    }

    /// The connection was closed without a word.
    static func closedAtOnce(by endpoint: String) -> RemoteHostError {
        RemoteHostError(
            .unreachable,
            "\(endpoint) closed the connection before it sent an SSH banner",
            hint: "its sshd may be overloaded (MaxStartups) or may refuse this address for a while"
        )
    }

    /// An sshd said that too many are logging in at the moment.
    static func tooManyStarts(at endpoint: String) -> RemoteHostError {
        RemoteHostError(
            .unreachable,
            "\(endpoint) has as many connections in the making as it allows (MaxStartups)",
            hint: "look who else logs in there, or raise MaxStartups in its sshd_config"
        )
    }

    /// An sshd said that it lets nobody in for now; from 9.8 on OpenSSH has one sentence for all reasons.
    static func notNow(at endpoint: String) -> RemoteHostError {
        RemoteHostError(
            .unreachable,
            "\(endpoint) lets nobody in from here at this time",
            hint:
                "too many connections are in the making there (MaxStartups in its sshd_config), or too many logins from "
                + "here have failed (PerSourcePenalties): then wait some minutes"
        )
    }

    private var otherProtocol: RemoteHostError {
        // OpenSSH says these two in place of a banner.
        switch peer.firstLine {
        case "Exceeded MaxStartups": Self.tooManyStarts(at: endpoint)
        case "Not allowed at this time": Self.notNow(at: endpoint)
        default: noSSHServer
        }
    }

    private var noSSHServer: RemoteHostError {
        RemoteHostError(
            .unreachable,
            "\(endpoint) is not an SSH server: it said “\(peer.firstLine)”",
            hint: "look at the port"
        )
    }
}
