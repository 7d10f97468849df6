import RemoteHost
import SystemPackage

/// The private keys of a run: files are read once, agents and passphrases asked for once, for all hosts.
final class KeyRing: Sendable {
    private let defaults: [FilePath]
    private let unlocker: KeyUnlocker
    private let files = IdentityFileStore()
    private let agents = SharedAnswers<FilePath, Result<[AgentIdentity], AgentError>>()

    /// Makes a ring.
    ///
    /// - Parameters:
    ///   - defaults: the files to offer where a host names none; those that do not exist are passed over.
    ///   - passphrases: where the passphrases of protected files come from.
    init(defaults: [FilePath], passphrases: PassphraseSource = .none) {
        self.defaults = defaults
        unlocker = KeyUnlocker(source: passphrases)
    }

    /// The public half of the key that logs in best where no password is at hand: of the first file that has one, else
    /// the agent's first.
    func publicKey(for credentials: SSHCredentials) async -> HostKey? {
        let paths = credentials.identityFiles.isEmpty ? defaults : credentials.identityFiles
        if let key = paths.lazy.compactMap({ self.files[$0].publicKey }).first { return key }
        guard let socket = credentials.agentSocket else { return nil }
        let held = (try? await identities(of: AgentClient(socket: socket)).get()) ?? []
        return held.map(\.publicKey).first { !UserCertificate.isOne($0.type) && !$0.type.hasPrefix("sk-") }
    }

    /// The keys to offer, in order: those that are named, be they in a file or in the agent; then what else the agent
    /// has; then the default files, where no other is named.
    func offers(for credentials: SSHCredentials) async throws(RemoteHostError) -> KeyOffers {
        let isNamed = !credentials.identityFiles.isEmpty
        var choice = KeyChoice(
            files: (isNamed ? credentials.identityFiles : defaults).map { files[$0] },
            unlocker: unlocker
        )
        if let socket = credentials.agentSocket {
            let client = AgentClient(socket: socket)
            choice.take(await identities(of: client), from: client)
        }
        if isNamed {
            await choice.offerNamedFiles()
            if !credentials.offersNamedKeysOnly { choice.offerRestOfAgent() }
        } else {
            choice.offerFilesInAgent()
            if !credentials.offersNamedKeysOnly { choice.offerRestOfAgent() }
            await choice.offerDefaultFiles(isLastResort: credentials.password == nil)
        }
        if choice.offers.keys.isEmpty, credentials.password == nil {
            throw choice.reasonForNone
        }
        return choice.offers
    }

    private func identities(of agent: AgentClient) async -> Result<[AgentIdentity], AgentError> {
        await agents.answer(to: agent.socket) {
            await Result { () async throws(AgentError) in try await agent.identities() }
        }
    }
}

extension Result where Success: Sendable {
    /// Keeps what `body` gives or throws.
    fileprivate init(_ body: () async throws(Failure) -> Success) async {
        do throws(Failure) {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
