import RemoteHost

/// The way from a destination to a session that is logged in: connect, exchange keys, check the host, log in.
struct ConnectionAttempt: Sendable {
    /// Where to.
    let destination: SSHDestination
    /// What all connections share.
    let settings: SSHSettings

    /// Connects and logs in, through the destination's jump hosts where it has any.
    func open() async throws(RemoteHostError) -> (link: SSHLink, times: ConnectionTimes) {
        // Everything that is read from files is read before, so that no host waits for it.
        let authentication: Authentication
        do {
            authentication = try await Authentication(destination: destination, keys: settings.keys)
        } catch {
            // A key that was not asked for to its end reads like one that is not there.
            throw Task.isCancelled ? .interrupted : error
        }
        let check = try HostKeyCheck(destination: destination, settings: settings)
        return try await settings.startGate.pass(to: sshd) { () throws(RemoteHostError) in
            var check = check
            var tries = 0
            let end = ContinuousClock.now + connectLimit
            // Which type is wanted may show only after the host has shown a key: then it is asked for another one.
            while true {
                do throws(RemoteHostError) {
                    if let made = try await open(authentication, &check) { return made }
                } catch {
                    tries += 1
                    let pause = Self.backoff.pause(after: tries)
                    guard mayPass(error), ContinuousClock.now + pause < end else { throw error }
                    guard (try? await Task.sleep(for: pause)) != nil else { throw .interrupted }
                }
            }
        }
    }

    private static let backoff = Backoff(first: .milliseconds(100))

    /// Whether an sshd that has turned a connection away may take the next one: it says so or, while there are others of ours,
    /// said nothing, as older ones do, or gave no reason, as newer ones do.
    private func mayPass(_ error: RemoteHostError) -> Bool {
        let endpoint = destination.endpoint
        if error == HandshakeFailure.tooManyStarts(at: endpoint) { return true }
        return [HandshakeFailure.closedAtOnce(by: endpoint), HandshakeFailure.notNow(at: endpoint)].contains(error)
            && settings.startGate.isShared(sshd)
    }

    private func open(
        _ authentication: Authentication,
        _ check: inout HostKeyCheck
    ) async throws(RemoteHostError) -> (link: SSHLink, times: ConnectionTimes)? {
        var times = ConnectionTimes(address: destination.address)
        let link = try await connect(times: &times) { [check] session throws(LibSSH2Error) in
            try session.preferHostKeyTypes(check.preferredTypes(supported: session.supportedHostKeyTypes()))
        }
        do throws(RemoteHostError) {
            let connected = ContinuousClock.now
            guard case .go = try await check.accept(handshake(on: link)) else {
                await link.close(within: settings.deadlines.close)
                return nil
            }
            let checked = ContinuousClock.now
            try await authentication.logIn(on: link, within: settings.deadlines.authentication)
            times.handshake = checked - connected
            times.authentication = ContinuousClock.now - checked
        } catch {
            await link.close(within: settings.deadlines.close)
            throw error
        }
        link.keepAlive(
            every: destination.aliveInterval ?? settings.deadlines.silence,
            atMost: destination.aliveLimit ?? Keepalive.usualLimit
        )
        return (link, times)
    }

    private var connectLimit: Duration { destination.connectLimit ?? settings.deadlines.connect }

    /// What tells the sshd at the end of the way from all others.
    private var sshd: String {
        (destination.jumps + [destination]).map { "\($0.address.lowercased()) \($0.port)" }.joined(separator: ", ")
    }

    private func connect(
        times: inout ConnectionTimes,
        preparing prepare: @escaping TCPConnector.Preparation
    ) async throws(RemoteHostError) -> SSHLink {
        guard var jump = destination.jumps.last else {
            let connector = TCPConnector(destination: destination, limit: connectLimit, lookup: settings.lookup)
            return try await connector.connect(preparing: prepare, times: &times)
        }
        jump.jumps = destination.jumps.dropLast()
        let start = ContinuousClock.now
        defer { times.connect = ContinuousClock.now - start }
        return try await settings.jumps.openTunnel(
            to: destination,
            within: connectLimit,
            preparing: prepare,
            connect: { [jump] () throws(RemoteHostError) in
                try await ConnectionAttempt(destination: jump, settings: settings).open().link
            }
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
