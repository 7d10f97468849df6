import RemoteHost

/// Logs in with private keys, one after the other.
struct Authentication: Sendable {
    private let destination: SSHDestination
    private let keys: [PrivateKey]

    /// Reads the keys for a destination.
    init(destination: SSHDestination, keys store: PrivateKeyStore) throws(RemoteHostError) {
        self.destination = destination
        do {
            keys = try store.keys(named: destination.credentials.identityFiles)
        } catch {
            throw error.asRemoteHostError
        }
        guard !keys.isEmpty else {
            throw RemoteHostError(
                .authenticationFailed,
                "there is no private key to log in with",
                hint: "make one (ssh-keygen -t ed25519), or name one in the inventory"
            )
        }
    }

    /// What came of one key.
    private enum Answer {
        case loggedIn
        case refused(PrivateKey, LibSSH2Error)
    }

    /// Logs in.
    func logIn(on link: SSHLink, within limit: Duration) async throws(RemoteHostError) {
        let end = ContinuousClock.now + limit
        guard let methods = try await methods(on: link, until: end, limit: limit) else { return }
        guard methods.contains("publickey") else {
            throw RemoteHostError(
                .authenticationFailed,
                "\(destination.user) was not let in: the host offers \(listed(methods)), and no public keys",
                hint: "allow public keys in its sshd_config (PubkeyAuthentication yes)"
            )
        }
        var refusals: [(PrivateKey, LibSSH2Error)] = []
        for key in keys {
            switch try await offer(key, on: link, until: end, limit: limit, after: refusals) {
            case .loggedIn: return
            case .refused(let key, let error): refusals.append((key, error))
            }
        }
        throw refusal(offered: methods, refusals)
    }

    private func methods(
        on link: SSHLink,
        until end: ContinuousClock.Instant,
        limit: Duration
    ) async throws(RemoteHostError) -> [String]? {
        let user = destination.user
        let result = await link.call(
            within: ContinuousClock.now.duration(to: end),
            expired: { _ in timedOut(after: limit) },
            attempt: { $0.authenticationMethods(user: user) }
        )
        switch result {
        case .success(let methods): return methods
        case .failure(let failure): throw lost(failure, refusals: [])
        }
    }

    private func offer(
        _ key: PrivateKey,
        on link: SSHLink,
        until end: ContinuousClock.Instant,
        limit: Duration,
        after refusals: [(PrivateKey, LibSSH2Error)]
    ) async throws(RemoteHostError) -> Answer {
        let user = destination.user
        let result = await link.call(
            within: ContinuousClock.now.duration(to: end),
            expired: { _ in timedOut(after: limit) },
            attempt: { $0.authenticate(user: user, privateKey: key.secretBytes) }
        )
        switch result {
        case .success: return .loggedIn
        case .failure(.refused(let error)) where error.isOfTheKeyAlone: return .refused(key, error)
        case .failure(let failure): throw lost(failure, refusals: refusals)
        }
    }

    // MARK: Errors

    private func timedOut(after limit: Duration) -> RemoteHostError {
        RemoteHostError(
            .timedOut,
            "\(destination.endpoint) did not answer the login of \(destination.user) within \(limit.spelledOut)"
        )
    }

    private func lost(_ failure: CallFailure, refusals: [(PrivateKey, LibSSH2Error)]) -> RemoteHostError {
        if case .ended(let error) = failure, error.code != .connectionLost { return error }
        if !refusals.isEmpty {
            return RemoteHostError(
                .authenticationFailed,
                "the host closed the connection after it had refused \(described(refusals))",
                hint: "name the one key that is right: hosts allow a few tries only (MaxAuthTries)"
            )
        }
        return RemoteHostError(.connectionLost, "\(destination.endpoint) closed the connection during the login")
    }

    private func refusal(offered methods: [String], _ refusals: [(PrivateKey, LibSSH2Error)]) -> RemoteHostError {
        let message =
            "\(destination.user) was not let in: the host offers \(listed(methods)), and refused \(described(refusals))"
        // libssh2 before 1.11 signs RSA with SHA-1 only, which OpenSSH has refused since 8.8.
        if !LibSSH2Library.signsRSAWithSHA2, refusals.contains(where: { $0.0.kind == .rsa }) {
            return RemoteHostError(
                .authenticationFailed,
                message
                    + "; libssh2 \(LibSSH2Library.version) cannot sign with RSA keys as OpenSSH 8.8 and newer want it",
                hint: "use an Ed25519 key (ssh-keygen -t ed25519), or libssh2 1.11 or newer"
            )
        }
        return RemoteHostError(
            .authenticationFailed,
            message,
            hint: "add the key's public half to the authorized_keys of \(destination.user) there, "
                + "or name another key or user in the inventory"
        )
    }

    private func listed(_ methods: [String]) -> String {
        methods.isEmpty ? "no way to log in" : methods.joined(separator: ", ")
    }

    private func described(_ refusals: [(PrivateKey, LibSSH2Error)]) -> String {
        refusals.map { key, error in
            error.code == .authenticationFailed || error.code == .signatureRefused
                ? key.description : "\(key) (\(error.message))"
        }.joined(separator: ", ")
    }
}

extension LibSSH2Error {
    /// Whether the next key may still do.
    fileprivate var isOfTheKeyAlone: Bool {
        [.authenticationFailed, .signatureRefused, .unreadableKey, .methodNotSupported].contains(code)
    }
}
