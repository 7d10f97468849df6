import RemoteHost

/// The way from a destination to an open connection: connect, exchange keys, check the host, log in.
struct ConnectionAttempt: Sendable {
    /// Where to.
    var destination: SSHDestination
    /// What all connections share.
    var settings: SSHSettings

    /// Opens a connection and logs in.
    ///
    /// - Parameter onCommand: called for each command that is run on it.
    func open(onCommand: @escaping @Sendable () -> Void) async throws(RemoteHostError) -> SSHConnection {
        // Everything that is read from files is read before, so that no host waits for it.
        let authentication = try Authentication(destination: destination, keys: settings.keys)
        let check = try HostKeyCheck(destination: destination, settings: settings)
        let connector = TCPConnector(destination: destination, limit: settings.deadlines.connect)
        let link = try await connector.connect { session throws(LibSSH2Error) in
            try session.preferHostKeyTypes(check.knowledge.preferredTypes(supported: session.supportedHostKeyTypes()))
        }
        do throws(RemoteHostError) {
            let key = try await handshake(on: link)
            try await check.accept(key)
            try await authentication.logIn(on: link, within: settings.deadlines.authentication)
        } catch {
            await link.close(within: settings.deadlines.close)
            throw error
        }
        return SSHConnection(
            name: destination.name,
            link: link,
            closeLimit: settings.deadlines.close,
            onCommand: onCommand
        )
    }

    private func handshake(on link: SSHLink) async throws(RemoteHostError) -> HostKey {
        let endpoint = destination.endpoint
        let limit = settings.deadlines.handshake
        let result = await link.call(
            within: limit,
            expired: { HandshakeFailure(endpoint: endpoint, peer: $0).timedOut(after: limit) },
            attempt: { session in
                switch session.handshake() {
                case .done: .done(session.hostKey())
                case .wouldBlock: .wouldBlock
                case .failed(let error): .failed(error)
                }
            }
        )
        let failure = HandshakeFailure(endpoint: endpoint, peer: await link.peer())
        switch result {
        case .success(let bytes?): return HostKey(bytes: bytes)
        case .success(nil): throw failure.withoutHostKey
        case .failure(.refused(let error)): throw failure.refused(error)
        case .failure(.ended(let error)): throw error.code == .connectionLost ? failure.closed : error
        }
    }
}

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
        if peer.isOtherProtocol { return isNoSSHServer }
        return RemoteHostError(
            .timedOut,
            "\(endpoint) sent its SSH banner and then did not finish the key exchange within \(limit.spelledOut)"
        )
    }

    /// The connection was closed.
    var closed: RemoteHostError {
        if peer.firstBytes.isEmpty {
            return RemoteHostError(
                .unreachable,
                "\(endpoint) closed the connection before it sent an SSH banner",
                hint: "its sshd may be overloaded (MaxStartups) or may refuse this address for a while"
            )
        }
        if peer.isOtherProtocol { return isNoSSHServer }
        return RemoteHostError(.unreachable, "\(endpoint) closed the connection during the key exchange")
    }

    /// libssh2 gave up.
    func refused(_ error: LibSSH2Error) -> RemoteHostError {
        if peer.isOtherProtocol { return isNoSSHServer }
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

    private var isNoSSHServer: RemoteHostError {
        RemoteHostError(
            .unreachable,
            "\(endpoint) is not an SSH server: it said “\(peer.firstLine)”",
            hint: "look at the port"
        )
    }
}
