package import INIFile
package import RemoteHost

/// What the inventory says of the way to a host, and nothing that is only assumed: the rest is the ssh configuration's.
package struct ConnectionSettings: Sendable, Hashable {
    /// The host's name.
    package let name: String
    /// The address to connect to, or the name that the ssh configuration is asked for (`ansible_host`).
    package let address: String?
    /// The SSH port, 1 to 65535.
    package let port: Int?
    /// The user to log in as.
    package let user: String?
    /// The private key to log in with; `~` is expanded when the home directory was known.
    package let privateKeyFile: String?
    /// The fingerprints of its host keys ("SHA256:…"), any of which is taken.
    package let hostKeys: [String]
    /// Arguments for ssh as Ansible takes them, the ones that win first: `ansible_ssh_common_args`, then
    /// `ansible_ssh_extra_args`.
    package let arguments: [Arguments]
    /// The password to log in with.
    package let password: Secret?
    /// The password to become another user with.
    package let becomePassword: Secret?
    /// Where each setting's value stands.
    package let positions: [String: SourcePosition]

    /// Arguments for ssh.
    package struct Arguments: Sendable, Hashable {
        /// The arguments, quoted as for a shell.
        package let text: String
        /// The setting that they are the value of.
        package let setting: String
        /// Where the value stands.
        package let position: SourcePosition
    }
}

/// How a host is reached in the end, with what the ssh configuration says of it.
package struct HostReach: Sendable, Hashable {
    /// The name or IP address to connect to; IPv6 without brackets.
    package var address: String
    /// The SSH port.
    package var port: Int
    /// The user to log in as.
    package var user: String
    /// The hosts to go through, so that one address behind two of them is told to be two machines.
    package var via: [String]
    /// Where the address is said, for messages; none where it is the inventory's.
    package var addressOrigin: String?

    /// Makes a way to a host.
    package init(address: String, port: Int, user: String, via: [String] = [], addressOrigin: String? = nil) {
        self.address = address
        self.port = port
        self.user = user
        self.via = via
        self.addressOrigin = addressOrigin
    }
}
