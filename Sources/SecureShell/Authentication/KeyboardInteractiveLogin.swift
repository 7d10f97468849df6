import RemoteHost

/// Logs in by answering the host's one hidden question with the password.
struct KeyboardInteractiveLogin: Sendable {
    /// The login that it is a part of.
    var exchange: LoginExchange

    /// Answers with the password, once.
    func answer(with password: Secret) async throws(CallFailure) -> LoginAnswer {
        let user = exchange.destination.user
        let result = await exchange.call { session -> Attempt<LoginAnswer> in
            switch session.converse(user: user, password: password) {
            case .wouldBlock: .wouldBlock
            case .done: .done(.loggedIn)
            case .failed(let error) where error.code == .authenticationFailed:
                .done(.refused(Self.refusal(asked: session.unansweredPrompt, user: user)))
            case .failed(let error): .failed(error)
            }
        }
        return try result.get()
    }

    private static func refusal(asked prompt: String?, user: String) -> LoginRefusal {
        guard let prompt else {
            return LoginRefusal(offered: "the password", hint: LoginRefusal.wrongPasswordHint(user))
        }
        return LoginRefusal(
            offered: "the password",
            reason: "the host asks more than that: “\(prompt.withoutControls)”",
            hint: "log in there by hand once, or let this user in with a key: only a single hidden question is answered"
        )
    }
}
