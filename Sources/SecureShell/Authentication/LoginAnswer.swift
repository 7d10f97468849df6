/// What came of one way to log in.
enum LoginAnswer: Sendable, Hashable {
    /// The user is in.
    case loggedIn
    /// The host said no, or nothing was there to be offered.
    case refused(LoginRefusal)
}

/// Something that was offered to a host and refused.
struct LoginRefusal: Sendable, Hashable {
    /// What was offered: a key, the password.
    var offered: String
    /// Why it was refused, where that is known.
    var reason: String?
    /// What to try next, where that follows from the reason.
    var hint: String?
    /// Whether it was signed in a way that OpenSSH has refused since 8.8.
    var isSHA1 = false

    /// The refusal as part of a list.
    var description: String { reason.map { "\(offered) (\($0))" } ?? offered }
}
