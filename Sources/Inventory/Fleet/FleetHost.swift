package import INIFile

/// A host of the fleet and how it is reached from here, everything checked.
package struct FleetHost: Sendable, Hashable {
    /// Its name: letters, digits, `.`, `_` and `-`, at most 63 bytes, fit for file names, unit names and host key aliases.
    package let name: String
    /// Where the inventory mentions it first.
    package let position: SourcePosition
    /// How it is reached in the end.
    package let reach: HostReach
    /// What the inventory says of the way to it.
    package let connection: ConnectionSettings
    /// Whom commands run as; none for the user who logs in.
    package let become: Become?
    /// All variables of the host for templates, the settings in their one spelling and with their defaults; no password.
    package let variables: [String: String]
    /// Where each variable that the inventory sets comes from.
    package let origins: [String: SourcePosition]

    /// The name or IP address to connect to; IPv6 without brackets.
    package var address: String { reach.address }
    /// The SSH port, 1 to 65535.
    package var port: Int { reach.port }
    /// The user to log in as.
    package var user: String { reach.user }

    /// A change of user on the host.
    package struct Become: Sendable, Hashable {
        /// How it is done.
        package let method: Method
        /// The user whose rights commands get.
        package let user: String

        /// The ways to become another user.
        package enum Method: String, Sendable, Hashable, CaseIterable {
            /// By sudo.
            case sudo
            /// By doas.
            case doas
        }

        /// Makes a change of user.
        package init(method: Method, user: String) {
            self.method = method
            self.user = user
        }
    }
}
