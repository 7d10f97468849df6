import RemoteHost

/// Logs in: with the keys, one after the other, and then with the password, if there is one.
struct Authentication: Sendable {
    private let destination: SSHDestination
    private let offers: KeyOffers

    /// Gets everything ready that a login may need: files are read, agents and passphrases asked for.
    init(destination: SSHDestination, keys: KeyRing) async throws(RemoteHostError) {
        self.destination = destination
        offers = try await keys.offers(for: destination.credentials)
    }

    /// Logs in.
    func logIn(on link: SSHLink, within limit: Duration) async throws(RemoteHostError) {
        let exchange = LoginExchange(link: link, destination: destination, limit: limit)
        var attempt = LoginAttempt(exchange: exchange, offers: offers)
        do throws(CallFailure) {
            if try await attempt.succeeds() { return }
        } catch {
            throw attempt.report.lost(error)
        }
        throw attempt.report.refused
    }
}
