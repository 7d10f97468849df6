/// The server that a test tries something on, as the table in docs/ssh.md names it.
package struct SSHPeer: Sendable, Hashable {
    /// What it is, without a version: rows are told apart by it.
    package var name: String
    /// Its version, shown beside its name; empty where it has none.
    package var version: String

    /// Names a server.
    package init(_ name: String, version: String = "") {
        self.name = name
        self.version = version
    }

    /// A server of the test's own that is no SSH server.
    package static let noServer = SSHPeer("a bare TCP port")

    /// No server at all: it comes to an end before.
    package static let nobody = SSHPeer("none")

    /// The SSH server that PasswordSSHServer is made of.
    package static let paramiko = SSHPeer("paramiko")

    /// The sshd of this machine, by what it says of itself.
    package static func ofThisMachine() async throws -> SSHPeer {
        // It prints its version on standard error, in older releases only as part of its usage.
        let said = try await LocalProgram.shell("PATH=$PATH:/usr/sbin:/usr/local/sbin; sshd -V 2>&1")
        return SSHPeer("OpenSSH", version: opensshVersion(in: said.output))
    }

    /// The number in a text such as "OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.16".
    package static func opensshVersion(in text: String) -> String {
        guard let name = text.firstRange(of: "OpenSSH_") else { return "" }
        return String(text[name.upperBound...].prefix { !$0.isWhitespace && $0 != "," })
    }
}
