/// The rights that a script runs with on a host.
package enum Privilege: Sendable, Hashable {
    /// Those of the user who logged in.
    case none
    /// Another user's by way of sudo; the password, where there is one, is sent only if sudo asks for it.
    case sudo(user: String, password: Secret? = nil)
    /// Another user's by way of doas; the password, where there is one, is sent only if doas asks for it.
    case doas(user: String, password: Secret? = nil)

    /// The program that gives the rights, and the user whose rights they are.
    package var grant: (program: String, user: String)? {
        switch self {
        case .none: nil
        case .sudo(let user, _): ("sudo", user)
        case .doas(let user, _): ("doas", user)
        }
    }

    /// What answers the program's question.
    package var password: Secret? {
        switch self {
        case .none: nil
        case .sudo(_, let password), .doas(_, let password): password
        }
    }

    /// Whether the program asks at a terminal only: then the command needs one.
    package var needsTerminal: Bool {
        if case .doas(_, .some) = self { true } else { false }
    }
}
