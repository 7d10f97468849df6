import SystemPackage

/// The proof that a host is ready: OpenSSH's own client logs in with the lab's key and finds the host's key as recorded.
struct LoginCheck: Sendable, Hashable {
    /// The host's address.
    var address: String
    /// The private key to log in with.
    var privateKey: FilePath
    /// The file that must hold the host's key.
    var knownHosts: FilePath

    /// The command; it ends with status 0 only when the login works.
    func command(deadline: Duration) -> LocalCommand {
        LocalCommand(
            program: "ssh",
            arguments: [
                "-F", "none", "-i", privateKey.string,
                "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5",
                "-o", "StrictHostKeyChecking=yes", "-o", "UpdateHostKeys=no",
                "-o", "UserKnownHostsFile=\"\(knownHosts)\"", "-o", "GlobalKnownHostsFile=/dev/null",
                "root@\(address)", "true",
            ],
            deadline: deadline
        )
    }
}
