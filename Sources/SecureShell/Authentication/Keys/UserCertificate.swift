/// What is to be known of OpenSSH's certificates for users.
enum UserCertificate {
    private static let suffix = "-cert-v01@openssh.com"

    /// Whether a key type is that of a certificate.
    static func isOne(_ type: String) -> Bool { type.hasSuffix(suffix) }

    /// Whether libssh2 can log in with such a certificate: it names the signature right for ECDSA only, and for Ed25519
    /// from 1.11 on.
    static func isUsable(_ type: String) -> Bool {
        type.hasPrefix("ecdsa-sha2-") || (type.hasPrefix("ssh-ed25519-") && LibSSH2Library.signsRSAWithSHA2)
    }

    /// Why another is passed over, in a few words.
    static var whyUnusable: String {
        "libssh2 \(LibSSH2Library.version) takes no certificates for \(LibSSH2Library.signsRSAWithSHA2 ? "RSA" : "Ed25519 and RSA") keys"
    }
}
