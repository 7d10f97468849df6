/// The rights that a script runs with on a host.
package enum Privilege: Sendable, Hashable {
    /// Those of the user who logged in.
    case none
    /// Another user's by way of sudo, without a password.
    case sudo(user: String)
    /// Another user's by way of doas, without a password.
    case doas(user: String)

    /// The command line that runs a plain command with these rights; it never waits for a password.
    package func commandLine(for command: String) -> String {
        switch self {
        case .none: command
        case .sudo(let user): "sudo -n -u \(shellQuoted(user)) -- \(command)"
        case .doas(let user): "doas -n -u \(shellQuoted(user)) \(command)"
        }
    }
}
