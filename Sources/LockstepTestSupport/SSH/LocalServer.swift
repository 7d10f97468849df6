/// What is known of this machine's sshd program; it is looked at once.
actor LocalServer {
    /// The only one.
    static let shared = LocalServer()

    private var path: String?
    private var version: SSHPeer?

    /// Where it is.
    func program() async throws -> String {
        if let path { return path }
        let found = try await runLocally("sh", ["-c", "PATH=$PATH:/usr/sbin:/usr/local/sbin command -v sshd"])
        path = found
        return found
    }

    /// What it is, for the table in docs/ssh.md.
    func peer() async throws -> SSHPeer {
        if let version { return version }
        let peer = try await SSHPeer.ofThisMachine()
        version = peer
        return peer
    }
}
