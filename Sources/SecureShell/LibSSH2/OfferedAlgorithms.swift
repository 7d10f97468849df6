import CLibSSH2

/// The algorithms that are offered to hosts, best first: those that OpenSSH's own client offers. libssh2 passes over the
/// ones that it does not have, and would offer more by itself: broken ones too.
enum OfferedAlgorithms {
    /// The lists by libssh2's number of what they are for. The lists of both directions are alike.
    static let lists: [(method: Int32, names: String)] = [
        (LIBSSH2_METHOD_KEX, keyExchanges),
        (LIBSSH2_METHOD_CRYPT_CS, ciphers), (LIBSSH2_METHOD_CRYPT_SC, ciphers),
        (LIBSSH2_METHOD_MAC_CS, authenticationCodes), (LIBSSH2_METHOD_MAC_SC, authenticationCodes),
    ]

    private static let keyExchanges = """
        curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,\
        diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,\
        diffie-hellman-group14-sha256
        """

    // 128 bits before 256: as safe, and a third faster where it counts.
    private static let ciphers = """
        chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr
        """

    private static let authenticationCodes = """
        hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,\
        hmac-sha2-256,hmac-sha2-512,hmac-sha1
        """
}
