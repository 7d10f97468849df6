import RemoteHost

/// Decides whether a host's key is taken; there is no way around it.
struct HostKeyCheck: Sendable {
    /// What is known of the host, as far as it can be told before the host has shown its key.
    private var knowledge: HostKnowledge
    private let destination: SSHDestination
    private let names: HostNames
    private let knownHosts: KnownHosts
    private let policy: HostKeyPolicy
    /// The keys that the host has shown instead of a pinned one.
    private var notPinned: [HostKey] = []

    private var rule: HostKeyRule { destination.hostKeyRule }

    /// Looks up what is known of a host.
    init(destination: SSHDestination, settings: SSHSettings) throws(RemoteHostError) {
        self.destination = destination
        let rule = destination.hostKeyRule
        policy = rule.policy ?? settings.policy
        names = HostNames(destination)
        do {
            knownHosts = try settings.knownHosts.knownHosts(in: rule.files)
        } catch {
            throw RemoteHostError(.hostKeyRefused, error.message)
        }
        knowledge = knownHosts.knowledge(of: names)
    }

    /// What to do after a look at a host's key.
    enum Decision: Sendable, Hashable {
        /// The key is the host's.
        case go
        /// The key that is wanted may be of another type: connect anew, and ask for that.
        case askForOtherType
    }

    /// The host key types to ask for, best first, of those that can be checked here.
    func preferredTypes(supported: [String]) -> [String] {
        knowledge.preferredTypes(supported: supported, last: Set(notPinned.map(\.type)))
    }

    /// Takes the key, or says why not.
    mutating func accept(_ key: HostKey) async throws(RemoteHostError) -> Decision {
        let typesAskedFor = knowledge.knownTypes
        knowledge = knownHosts.knowledge(of: names, showing: key)
        var verdict = knowledge.verdict(on: key)
        if !rule.pins.isEmpty {
            // What is revoked stays so; beyond that the pins alone decide.
            if case .revoked = verdict {
            } else if rule.pins.contains(key.fingerprint) {
                return .go
            } else if notPinned.contains(where: { $0.type == key.type }) {
                throw refusalOfKeysNotPinned()
            } else {
                // A fingerprint does not tell its key's type: the host is asked for one after the other.
                notPinned.append(key)
                return .askForOtherType
            }
        }
        if case .unknown(authority: nil) = verdict, policy == .acceptNew {
            do {
                verdict = try await knownHosts.record(
                    key,
                    for: names,
                    isHashed: rule.hashesNewNames,
                    knowing: knowledge
                )
            } catch {
                throw RemoteHostError(
                    .hostKeyRefused,
                    "the new host key of \(destination.endpoint) could not be recorded: \(error.message)"
                )
            }
        }
        let knownTypes = knowledge.knownTypes
        if case .changed = verdict, knownTypes != typesAskedFor, !knownTypes.contains(key.type) {
            return .askForOtherType
        }
        if let refusal = refusal(of: key, verdict) { throw refusal }
        return .go
    }

    private func refusalOfKeysNotPinned() -> RemoteHostError {
        let shown = notPinned.map { "\($0.type) \($0.fingerprint)" }.joined(separator: ", ")
        return RemoteHostError(
            .hostKeyRefused,
            "the host key of \(destination.endpoint) is not the pinned one: it showed \(shown); "
                + "host_key is \(rule.pins.joined(separator: ","))",
            hint: "if the host was made anew, change its host_key; if not, something stands in between"
        )
    }

    private func refusal(of key: HostKey, _ verdict: HostKnowledge.Verdict) -> RemoteHostError? {
        let shown = "\(key.type) \(key.fingerprint)"
        let file = knownHosts.files.first.map { "\($0)" } ?? "a known_hosts file"
        switch verdict {
        case .match: return nil
        case .revoked(let location):
            return RemoteHostError(
                .hostKeyRefused,
                "\(destination.endpoint) showed the host key \(shown), which \(location) revokes",
                hint: "give the host a new key; never use this one"
            )
        case .unknown(let authority?):
            return RemoteHostError(
                .hostKeyRefused,
                "the host key of \(destination.endpoint) is not known: \(shown); "
                    + "\(authority) leaves it to a certificate authority, which is not supported",
                hint: "add the host's own key to \(file)"
            )
        case .unknown:
            return RemoteHostError(
                .hostKeyRefused,
                "the host key of \(destination.endpoint) is not known: \(shown)",
                hint: "compare it with the host's own (ssh-keygen -l -f FILE.pub there); then run again with "
                    + "--accept-new-host-keys, or add “\(names.recorded) \(key.type) …” to \(file)"
            )
        case .changed(let expected):
            let known = expected.map { "\($0.location) has \($0.type) \($0.fingerprint)" }
            // The known types were asked for first, so the host has none of them, or none that both sides can use.
            guard expected.contains(where: { $0.type == key.type }) else {
                let isRSA = !LibSSH2Library.signsRSAWithSHA2 && expected.contains { $0.type == "ssh-rsa" }
                let reason =
                    isRSA
                    ? "; libssh2 \(LibSSH2Library.version) cannot check RSA host keys as OpenSSH 8.8 and newer sign"
                    : ""
                return RemoteHostError(
                    .hostKeyRefused,
                    "the host key of \(destination.endpoint) is known by another type only: it showed \(shown), "
                        + known.joined(separator: ", ") + reason,
                    hint: "if the host is the right one, add its \(key.type) key to \(file)"
                )
            }
            return RemoteHostError(
                .hostKeyRefused,
                "the host key of \(destination.endpoint) is not the known one: it showed \(shown), "
                    + known.joined(separator: ", "),
                hint: "if the host was made anew, take the old line out; if not, something stands in between"
            )
        }
    }
}
