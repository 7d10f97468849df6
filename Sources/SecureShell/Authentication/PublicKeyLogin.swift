import RemoteHost

/// Logs in with a key.
struct PublicKeyLogin: Sendable {
    /// The login that it is a part of.
    var exchange: LoginExchange

    /// Offers a key and, where the host takes it, proves that it is at hand.
    func offer(_ key: LoginKey) async throws(CallFailure) -> LoginAnswer {
        guard let publicKey = key.publicKey else { return try await offerByLibrary(key) }
        let user = exchange.destination.user
        let bytes = await shown(publicKey)
        let offered = await exchange.call { $0.offer(bytes, user: user) }
        let data: [UInt8]
        switch offered {
        case .success(let wanted?): data = wanted
        case .success(nil): return .loggedIn
        case .failure(let failure): return try await refusal(of: key, shownAs: bytes, isOfSignature: false, failure)
        }
        var signature: [UInt8]?
        var reason: String?
        do {
            signature = try await sign(data, with: key.signer)
        } catch {
            reason = (error as? AgentError)?.message ?? "it cannot sign"
        }
        let given = signature
        let proven = await exchange.call { $0.prove(bytes, user: user, signature: given) }
        switch proven {
        case .success: return .loggedIn
        case .failure(let failure):
            guard let reason, case .refused = failure else {
                return try await refusal(of: key, shownAs: bytes, failure)
            }
            return .refused(LoginRefusal(offered: key.description, reason: reason))
        }
    }

    private func sign(_ data: [UInt8], with signer: LoginKey.Signer) async throws -> [UInt8] {
        let algorithm = Self.algorithm(in: data)
        switch signer {
        case .agent(let client, let key):
            return try await client.signature(
                of: data,
                by: key,
                algorithm: algorithm,
                within: max(.zero, exchange.remaining)
            )
        case .key(let key): return try key.signature(of: data, algorithm: algorithm)
        case .library: throw CancellationError()
        }
    }

    private func offerByLibrary(_ key: LoginKey) async throws(CallFailure) -> LoginAnswer {
        guard case .library(let bytes, let passphrase) = key.signer else {
            return .refused(LoginRefusal(offered: key.description, reason: "it cannot be shown"))
        }
        let user = exchange.destination.user
        switch await exchange.call({ $0.authenticate(user: user, privateKey: bytes, passphrase: passphrase) }) {
        case .success: return .loggedIn
        case .failure(.refused(let error)) where passphrase != nil && error.code == .unreadableKey:
            return .refused(
                LoginRefusal(
                    offered: key.description,
                    reason: "its passphrase is wrong",
                    hint: "give the right passphrase; an agent (ssh-add) keeps it"
                )
            )
        case .failure(let failure): return try await refusal(of: key, failure)
        }
    }

    private func refusal(
        of key: LoginKey,
        shownAs bytes: [UInt8]? = nil,
        isOfSignature: Bool = true,
        _ failure: CallFailure
    ) async throws(CallFailure) -> LoginAnswer {
        let isSHA1 = key.kind == .rsa && !LibSSH2Library.signsRSAWithSHA2 && bytes == key.publicKey?.bytes
        if isSHA1, case .ended(let error) = failure, error.code == .connectionLost, await hostIs("dropbear") {
            // What dropbear since 2025.87 does with a kind of signature that it does not know. Of any other host it
            // means no more than it says.
            return .refused(
                LoginRefusal(offered: key.description, reason: "it closed the connection", isSHA1: true)
            )
        }
        guard case .refused(let error) = failure, error.isOfTheKeyAlone else { throw failure }
        let isPlain = error.code == .authenticationFailed || error.code == .signatureRefused
        return .refused(
            LoginRefusal(
                offered: key.description,
                reason: isPlain ? nil : error.message,
                isSHA1: isSHA1 && isOfSignature
            )
        )
    }

    /// The public key as it is shown to the host.
    ///
    /// libssh2 before 1.11 announces each signature as of the type that the key begins with, and OpenSSH has refused
    /// "ssh-rsa" since 8.8. It reads RSA keys under the names of their newer signatures as well, and has since 7.2.
    private func shown(_ key: HostKey) async -> [UInt8] {
        guard key.type == "ssh-rsa", !LibSSH2Library.signsRSAWithSHA2 else { return key.bytes }
        guard await hostIs("OpenSSH") else { return key.bytes }
        var reader = WireReader(key.bytes)
        _ = reader.string()
        var writer = WireWriter()
        writer.write(text: "rsa-sha2-512")
        return writer.bytes + reader.remainder()
    }

    /// Whether the host says that it is of some make.
    private func hostIs(_ make: String) async -> Bool {
        await exchange.link.peer().banner?.hasPrefix("SSH-2.0-\(make)") == true
    }

    /// The algorithm that the bytes to be signed name (RFC 4252 section 7).
    private static func algorithm(in data: [UInt8]) -> String {
        var reader = WireReader(data)
        guard reader.string() != nil, reader.byte() != nil, reader.string() != nil, reader.string() != nil,
            reader.string() != nil, reader.byte() != nil
        else { return "" }
        return reader.text() ?? ""
    }
}

extension LibSSH2Error {
    /// Whether the next key may still do.
    fileprivate var isOfTheKeyAlone: Bool {
        [.authenticationFailed, .signatureRefused, .unreadableKey, .methodNotSupported].contains(code)
    }
}
