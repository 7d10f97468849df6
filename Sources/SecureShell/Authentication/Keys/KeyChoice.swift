import RemoteHost

/// Puts the keys for one host in order.
struct KeyChoice {
    /// What has been chosen so far.
    private(set) var offers = KeyOffers()
    private let files: [IdentityFile]
    private let unlocker: KeyUnlocker
    private var client: AgentClient?
    private var held: [AgentIdentity] = []
    private var firstError: PrivateKeyError?

    /// Starts with the files that a host names, or with the default ones.
    init(files: [IdentityFile], unlocker: KeyUnlocker) {
        self.files = files
        self.unlocker = unlocker
    }

    /// Takes in what the agent has said.
    mutating func take(_ answer: Result<[AgentIdentity], AgentError>, from client: AgentClient) {
        switch answer {
        case .success(let identities):
            self.client = client
            held = identities
            if identities.isEmpty { offers.note("the agent at \(client.socket) holds no keys, or is locked") }
        case .failure(let error): offers.note(error.message)
        }
    }

    /// Offers each file, by the agent where that holds the same key.
    mutating func offerNamedFiles() async {
        for file in files where !offerFromAgent(file) {
            await offer(file)
        }
    }

    /// Offers the files that the agent holds.
    mutating func offerFilesInAgent() {
        for file in files { _ = offerFromAgent(file) }
    }

    /// Offers what the agent holds and was not offered yet.
    mutating func offerRestOfAgent() {
        for identity in held { offer(identity) }
    }

    /// Offers the files that the agent does not hold.
    ///
    /// - Parameter isLastResort: whether nothing else can be tried when there is no key.
    mutating func offerDefaultFiles(isLastResort: Bool) async {
        let rest = files.filter { file in !held.contains { $0.publicKey == file.publicKey } }
        let isProtected = { (file: IdentityFile) in (try? file.privateKey.get().isProtected) ?? false }
        for file in rest where !isProtected(file) { await offer(file, isDefault: true) }
        for file in rest where isProtected(file) {
            // Nobody is asked for the passphrase of a key that happens to lie about while there are others.
            if unlocker.asksNobody || (isLastResort && offers.keys.isEmpty) {
                await offer(file, isDefault: true)
            } else {
                offers.note(PrivateKeyError(path: file.path, reason: .encrypted).note)
            }
        }
    }

    /// Why nothing is offered at all.
    var reasonForNone: RemoteHostError {
        if let firstError {
            var error = firstError.asRemoteHostError
            let others = offers.notes.filter { $0 != firstError.note }
            if !others.isEmpty { error.message += "; " + others.joined(separator: ", ") }
            return error
        }
        let notes = offers.notes.isEmpty ? "" : ": " + offers.notes.joined(separator: ", ")
        return RemoteHostError(
            .authenticationFailed,
            "there is no private key to log in with\(notes)",
            hint: "make one (ssh-keygen -t ed25519), name one in the inventory, or use a password (--ask-pass)"
        )
    }

    // MARK: One key

    /// Whether the agent holds the file's key, which is offered then.
    private mutating func offerFromAgent(_ file: IdentityFile) -> Bool {
        guard let client, let publicKey = file.publicKey, held.contains(where: { $0.publicKey == publicKey }) else {
            return false
        }
        let signer = LoginKey.Signer.agent(client, publicKey)
        offerCertificate(of: file, signer: signer)
        add("\(file.path) in the agent", publicKey, signer)
        return true
    }

    private mutating func offer(_ identity: AgentIdentity) {
        guard let client else { return }
        let type = identity.publicKey.type
        let name = identity.comment.isEmpty ? "a key" : "“\(identity.comment.withoutControls)”"
        if type.hasPrefix("sk-") || type.hasPrefix("webauthn-") {
            offers.note("\(name) in the agent (a security key, which libssh2 cannot be given signatures of)")
        } else if UserCertificate.isOne(type), !UserCertificate.isUsable(type) {
            offers.note("\(name) in the agent (\(UserCertificate.whyUnusable))")
        } else {
            add("\(name) in the agent", identity.publicKey, .agent(client, identity.publicKey))
        }
    }

    private mutating func offer(_ file: IdentityFile, isDefault: Bool = false) async {
        do throws(PrivateKeyError) {
            let key = try file.privateKey.get()
            let signer = try await unlocker.signer(for: key).get()
            offerCertificate(of: file, signer: signer)
            var publicKey: HostKey?
            if case .key(let signing) = signer { publicKey = key.publicKey ?? signing.publicKey }
            var offered = LoginKey(description: key.description, kind: key.kind, publicKey: publicKey, signer: signer)
            if key.publicKey == nil, let publicKey {
                offered.description = Self.described("\(file.path)", publicKey)
                offered.kind = PrivateKey.Kind(keyType: publicKey.type)
            }
            offers.add(offered)
        } catch {
            // A default key that is absent is no mistake.
            if isDefault, error.reason == .absent { return }
            if firstError == nil { firstError = error }
            offers.note(error.note)
        }
    }

    private mutating func offerCertificate(of file: IdentityFile, signer: LoginKey.Signer) {
        guard let certificate = file.certificate else { return }
        let path = "\(file.path)-cert.pub"
        guard UserCertificate.isUsable(certificate.type) else {
            return offers.note("\(path) (\(UserCertificate.whyUnusable))")
        }
        if case .library = signer { return offers.note("\(path) (only libssh2 can read its key)") }
        add(path, certificate, signer)
    }

    private mutating func add(_ name: String, _ publicKey: HostKey, _ signer: LoginKey.Signer) {
        offers.add(
            LoginKey(
                description: Self.described(name, publicKey),
                kind: PrivateKey.Kind(keyType: publicKey.type),
                publicKey: publicKey,
                signer: signer
            )
        )
    }

    private static func described(_ name: String, _ publicKey: HostKey) -> String {
        if UserCertificate.isOne(publicKey.type) { return "\(name) (certificate)" }
        return "\(name) (\(PrivateKey.Kind(keyType: publicKey.type).rawValue) \(publicKey.fingerprint))"
    }
}
