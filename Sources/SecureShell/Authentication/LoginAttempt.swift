import RemoteHost

/// One login from the first question to the last answer.
struct LoginAttempt {
    /// What has been offered and refused so far.
    private(set) var report: LoginReport
    private let exchange: LoginExchange
    private let offers: KeyOffers

    /// Starts with nothing said.
    init(exchange: LoginExchange, offers: KeyOffers) {
        self.exchange = exchange
        self.offers = offers
        report = LoginReport(destination: exchange.destination, offers: offers)
    }

    /// Offers everything that the host takes, until it lets the user in; whether it does.
    mutating func succeeds() async throws(CallFailure) -> Bool {
        let publicKey = PublicKeyLogin(exchange: exchange)
        // A key that stands alone is mostly the right one, and what else the host takes need not be asked. Asked later,
        // the question counts as a failed login, so it comes first where many keys may fail.
        let isAlone = offers.keys.count == 1
        if isAlone, try await isIn(publicKey.offer(offers.keys[0])) { return true }
        guard let methods = try await exchange.methods() else { return true }
        report.methods = methods
        if methods.contains("publickey") {
            for key in offers.keys.dropFirst(isAlone ? 1 : 0) where try await isIn(publicKey.offer(key)) { return true }
        } else {
            // It has refused the way, not the key.
            report.forgetRefusals()
        }
        guard let password = exchange.destination.credentials.password else { return false }
        if !report.offersPassword, !report.refusals.isEmpty {
            // A host may want a key and then a password: it says so only after the key.
            guard let next = try await exchange.methods() else { return true }
            report.methods = next
        }
        // Once only: a second try with the same password would count as an attack.
        if report.methods.contains("password") {
            return try await isIn(PasswordLogin(exchange: exchange).send(password))
        }
        if report.methods.contains("keyboard-interactive") {
            return try await isIn(KeyboardInteractiveLogin(exchange: exchange).answer(with: password))
        }
        return false
    }

    private mutating func isIn(_ answer: LoginAnswer) -> Bool {
        guard case .refused(let refusal) = answer else { return true }
        report.add(refusal)
        return false
    }
}
