import RemoteHost

/// What was offered and refused in a login, and what to say about it.
struct LoginReport: Sendable {
    /// The ways to log in that the host offers.
    var methods: [String] = []
    /// What it refused.
    private(set) var refusals: [LoginRefusal] = []
    private let destination: SSHDestination
    private let offers: KeyOffers

    /// Starts with nothing refused.
    init(destination: SSHDestination, offers: KeyOffers) {
        self.destination = destination
        self.offers = offers
    }

    /// Adds what was refused.
    mutating func add(_ refusal: LoginRefusal) {
        refusals.append(refusal)
    }

    /// Takes all refusals back.
    mutating func forgetRefusals() {
        refusals = []
    }

    /// Whether the host takes a password, in one way or another.
    var offersPassword: Bool { methods.contains("password") || methods.contains("keyboard-interactive") }

    /// The login has come to nothing.
    var refused: RemoteHostError {
        var message = "\(destination.user) was not let in: the host offers "
        message += methods.isEmpty ? "no way to log in" : methods.joined(separator: ", ")
        if refusals.isEmpty {
            message += offers.keys.isEmpty ? ", and takes no passwords" : ", and no public keys"
        } else {
            message += ", and refused " + refusals.map(\.description).joined(separator: ", ")
        }
        if !offers.notes.isEmpty { message += "; not offered: " + offers.notes.joined(separator: ", ") }
        return RemoteHostError(.authenticationFailed, message + aboutRSA, hint: hint)
    }

    /// The connection was lost before the login came to an end.
    func lost(_ failure: CallFailure) -> RemoteHostError {
        if case .ended(let error) = failure, error.code != .connectionLost { return error }
        if !refusals.isEmpty {
            let refused = refusals.map(\.description).joined(separator: ", ")
            return RemoteHostError(
                .authenticationFailed,
                "the host closed the connection after it had refused \(refused)\(aboutRSA)",
                hint: hintAboutRSA ?? "name the one key that is right: hosts allow a few tries only (MaxAuthTries)"
            )
        }
        return RemoteHostError(.connectionLost, "\(destination.endpoint) closed the connection during the login")
    }

    /// libssh2 before 1.11 signs RSA with SHA-1 only, which OpenSSH has refused since 8.8.
    private var aboutRSA: String {
        guard refusals.contains(where: \.isSHA1) else { return "" }
        return "; libssh2 \(LibSSH2Library.version) cannot sign with RSA keys as newer servers want it"
            + " (OpenSSH since 8.8)"
    }

    private var hintAboutRSA: String? {
        guard refusals.contains(where: \.isSHA1) else { return nil }
        return "use an Ed25519 key (ssh-keygen -t ed25519), or libssh2 1.11 or newer"
    }

    private var hint: String {
        let user = destination.user
        if let hint = refusals.lazy.compactMap(\.hint).first { return hint }
        if refusals.isEmpty, !methods.contains("publickey") {
            return offersPassword
                ? "give a password (--ask-pass), or allow public keys in its sshd_config (PubkeyAuthentication yes)"
                : "allow public keys in its sshd_config (PubkeyAuthentication yes)"
        }
        if refusals.isEmpty { return "make a key (ssh-keygen -t ed25519) and install it there, or name one" }
        if let hint = hintAboutRSA { return hint }
        if offers.leftOut > 0 {
            return "\(offers.keys.count + offers.leftOut) keys are at hand, and hosts allow a few tries only "
                + "(MaxAuthTries), so the last \(offers.leftOut) were not offered: name the right one in the inventory"
        }
        return "add the key's public half to the authorized_keys of \(user) there, "
            + "or name another key or user in the inventory"
    }
}
