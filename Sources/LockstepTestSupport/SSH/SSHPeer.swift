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
    package static func paramiko() async throws -> SSHPeer {
        let version = try await runLocally(
            "env",
            ["/usr/bin/python3", "-c", "import paramiko; print(paramiko.__version__)"]
        )
        return SSHPeer("paramiko", version: version)
    }

    /// The sshd of this machine, by what it tells its clients.
    package static func ofThisMachine() async throws -> SSHPeer {
        // Its option -V leaves the patch level out, and in older releases there is none.
        let said = try await LocalProgram.shell(
            #"""
            sshd=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd)
            grep -aoE 'OpenSSH_[0-9]+[.][0-9]+p[0-9]+( [A-Za-z0-9.+~]+-[A-Za-z0-9.+~-]+)?' "$sshd" | head -n 1
            """#
        )
        return SSHPeer("OpenSSH", version: opensshVersion(in: said.output))
    }

    /// The number, and the release of a distribution, in a text such as "OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.16".
    package static func opensshVersion(in text: String) -> String {
        guard let name = text.firstRange(of: "OpenSSH_") else { return "" }
        let words = text[name.upperBound...].prefix { $0 != "," && !$0.isNewline }.split(separator: " ")
        return words.prefix(2).filter { $0.first?.isNumber == true || $0.contains("-") }.joined(separator: " ")
    }
}
