import RemoteHost

/// Logs in with a password, sent once.
struct PasswordLogin: Sendable {
    /// The login that it is a part of.
    var exchange: LoginExchange

    /// Sends the password.
    func send(_ password: Secret) async throws(CallFailure) -> LoginAnswer {
        let user = exchange.destination.user
        switch await exchange.call({ $0.authenticate(user: user, password: password) }) {
        case .success: return .loggedIn
        case .failure(.refused(let error)) where error.code == .passwordExpired:
            return .refused(
                LoginRefusal(
                    offered: "the password",
                    reason: "it has expired and must be changed first",
                    hint: "log in there by hand (ssh \(user)@\(exchange.destination.address)), and choose a new one"
                )
            )
        case .failure(.refused(let error)) where error.code == .authenticationFailed:
            return .refused(LoginRefusal(offered: "the password", hint: LoginRefusal.wrongPasswordHint(user)))
        case .failure(let failure): throw failure
        }
    }
}

extension LoginRefusal {
    /// What to try when a host refuses a password.
    static func wrongPasswordHint(_ user: String) -> String {
        "is it the password of \(user) on that host"
            + (user == "root" ? ", and may root log in with one (PermitRootLogin yes)?" : "?")
    }
}
