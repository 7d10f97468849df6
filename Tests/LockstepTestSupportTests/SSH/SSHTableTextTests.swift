import LockstepTestSupport
import Testing

@Suite("Texts of the table in docs/ssh.md")
struct SSHTableTextTests {
    @Test(
        "What differs from run to run is replaced",
        arguments: [
            ("connection refused by 127.83.72.1 port 1", "connection refused by HOST port PORT"),
            (
                "root offers /tmp/lockstep-2k3/client (Ed25519 SHA256:ab+/9)",
                "root offers client (Ed25519 SHA256:…)"
            ),
            ("(SSH-2.0-OpenSSH_9.2p1 Debian-2) and libssh2 1.10.0 have", "(SSH-2.0-…) and libssh2 have"),
            ("it said “SSH-2.0-Noise”", "it said “SSH-2.0-…”"),
            ("could not be looked up, 3 times: no", "could not be looked up, … times: no"),
            ("no answer within 0.5 seconds", "no answer within 0.5 seconds"),
        ]
    )
    func stable(message: String, expected: String) {
        #expect(SSHTableText.stable(message) == expected)
    }

    @Test("A cell has neither tabs nor line ends nor bare bars")
    func cell() {
        #expect(SSHTableText.cell("a\tb\n c | d") == "a b c \\| d")
    }

    @Test("An sshd's version is told from what it says of itself")
    func version() {
        #expect(
            SSHPeer.opensshVersion(in: "OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.16\n") == "9.2p1 Debian-2+deb12u6"
        )
        #expect(SSHPeer.opensshVersion(in: "OpenSSH_9.2p1 Debian-2+deb12u10 usage:") == "9.2p1 Debian-2+deb12u10")
        #expect(SSHPeer.opensshVersion(in: "OpenSSH_9.9p1 usage:") == "9.9p1")
        #expect(SSHPeer.opensshVersion(in: "unknown option -- V\nOpenSSH_8.4p1, OpenSSL") == "8.4p1")
        #expect(SSHPeer.opensshVersion(in: "dropbear") == "")
    }
}
