import RemoteHost

/// One login on a connection: its calls share one deadline.
struct LoginExchange: Sendable {
    /// The connection.
    var link: SSHLink
    /// Whom to log in as, and where.
    var destination: SSHDestination
    /// How long the whole login may take.
    var limit: Duration
    private let end: ContinuousClock.Instant

    /// Starts a login; its time runs from now on.
    init(link: SSHLink, destination: SSHDestination, limit: Duration) {
        self.link = link
        self.destination = destination
        self.limit = limit
        end = .now + limit
    }

    /// The time that is left.
    var remaining: Duration { ContinuousClock.now.duration(to: end) }

    /// Makes a call on the session.
    func call<Value: Sendable>(
        _ attempt: @escaping @Sendable (SessionHandle) -> Attempt<Value>
    ) async -> Result<Value, CallFailure> {
        let destination = destination
        let limit = limit
        return await link.call(
            within: remaining,
            expired: { _ in
                RemoteHostError(
                    .timedOut,
                    "\(destination.endpoint) did not answer the login of \(destination.user) within \(limit.spelledOut)"
                )
            },
            attempt: attempt
        )
    }

    /// The ways to log in that the host offers; `nil` when it needs none.
    func methods() async throws(CallFailure) -> [String]? {
        let user = destination.user
        return try await call { $0.authenticationMethods(user: user) }.get()
    }
}
