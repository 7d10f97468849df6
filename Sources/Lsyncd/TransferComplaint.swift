/// What ssh, a shell, the gate or rsync say where a transfer fails, what that means, and what to look at.
///
/// Recorded of OpenSSH 9.2 and rsync 3.5.0; older ones say the same.
struct TransferComplaint: Sendable {
    /// What happened, in plain words.
    let meaning: String
    /// What to look at or do next.
    let advice: String
    private let marks: [Mark]

    /// Where in a line words stand by which it is known.
    private enum Mark: Sendable {
        case begins(String)
        case ends(String)
        /// These words stand before the brackets that the line ends with, and a full stop behind those.
        case endsInBrackets(behind: String)
        /// The line is a program's name or path, a blank, and then these words.
        case said(by: String, String)
    }

    private init(_ marks: Mark..., meaning: String, advice: String) {
        (self.marks, self.meaning, self.advice) = (marks, meaning, advice)
    }

    /// Whether a line of standard error says this.
    func isFound(in line: String) -> Bool {
        marks.contains { mark in
            switch mark {
            case .begins(let words): line.hasPrefix(words)
            case .ends(let words): line.hasSuffix(words)
            case .endsInBrackets(let words):
                line.hasSuffix(").") && line.lastIndex(of: "(").map { line[..<$0].hasSuffix(words) } == true
            case .said(let program, let words):
                line.prefix { $0 != " " }.split(separator: "/").last.map { $0 == program } == true
                    && line.drop { $0 != " " }.dropFirst().hasPrefix(words)
            }
        }
    }

    /// All that are known; of those that a line says, the first counts.
    static let all = connection + login + slave

    /// What ssh says before it is connected.
    private static let connection = [
        TransferComplaint(
            .ends(": Connection refused"),
            meaning: "nothing listens on the slave's port",
            advice: "check that sshd runs on the slave, and that sync_address and sync_port are where it listens"
        ),
        TransferComplaint(
            .ends(": Connection timed out"),
            .ends(": Operation timed out"),
            .begins("Connection timed out during banner exchange"),
            meaning: "the slave did not answer",
            advice: "check that the slave is up, that sync_address is its address, and that no firewall drops the port"
        ),
        TransferComplaint(
            .ends(": No route to host"),
            .ends(": Host is unreachable"),
            .ends(": Network is unreachable"),
            meaning: "no way leads to the slave",
            advice: "check that the slave is up, and the master's routes to sync_address"
        ),
        TransferComplaint(
            .begins("ssh: Could not resolve hostname "),
            meaning: "the master cannot look the slave's name up",
            advice: "check the master's name servers, or set sync_address to an address"
        ),
        TransferComplaint(
            .begins("kex_exchange_identification: "),
            .begins("ssh_exchange_identification: "),
            .begins("Not allowed at this time"),
            meaning: "the slave closed the connection at once",
            advice:
                "look at sshd's log on the slave: MaxStartups, PerSourcePenalties, hosts.deny, or another program on that port"
        ),
        TransferComplaint(
            .begins("Unable to negotiate with "),
            meaning: "ssh on the master and sshd on the slave have no algorithm in common",
            advice: "upgrade the older of the two, or allow one more algorithm in the slave's sshd_config"
        ),
    ]

    /// What ssh says of keys.
    private static let login = [
        TransferComplaint(
            .ends(" has changed and you have requested strict checking."),
            .begins("@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!"),
            meaning: "the slave shows another host key than the one that the master knows",
            advice: "make sure that sync_address leads to the slave; if it was set up anew, run 'lockstep up'"
        ),
        TransferComplaint(
            .ends(" and you have requested strict checking."),
            meaning: "the master does not know the slave's host key",
            advice: "run 'lockstep up': it writes the slave's host keys to /etc/lockstep/known_hosts on the master"
        ),
        // ssh says which of the two before, in a line that is not always passed on.
        TransferComplaint(
            .begins("Host key verification failed."),
            meaning: "the master does not know the slave's host key, or knows another",
            advice: "run 'lockstep up'; if it finds nothing to do, make sure that sync_address leads to the slave"
        ),
        TransferComplaint(
            .begins("Load key \""),
            .begins("Warning: Identity file "),
            meaning: "ssh cannot read the master's replication key",
            advice: "run 'lockstep up': /etc/lockstep/replication_key must belong to the user lockstep, with mode 0600"
        ),
        TransferComplaint(
            .endsInBrackets(behind: ": Permission denied "),
            .ends(": Too many authentication failures"),
            meaning: "the slave does not let the master's key in",
            advice:
                "run 'lockstep up'; if that finds nothing, sshd's log on the slave says why: AllowUsers, PermitRootLogin, rights of ~/.ssh, sync_from"
        ),
    ]

    /// What the slave's end says, and what rsync says of it.
    private static let slave = [
        TransferComplaint(
            .begins("lockstep receive: refused: the target directory is not there"),
            meaning: "the target directory is not there",
            advice: "mount or make it on the slave; 'lockstep up' makes it where it is missing"
        ),
        TransferComplaint(
            .begins("lockstep receive: refused: "),
            meaning: "the gate on the slave refused what the master asked for",
            advice: "run 'lockstep up': it sets the gate, the key's forced command and the target up anew"
        ),
        TransferComplaint(
            .said(by: "rrsync", "error: "),
            meaning: "rrsync on the slave refused what the master asked for",
            advice: "run 'lockstep up': it sets the key's forced command up anew; or use 'gate = receive'"
        ),
        TransferComplaint(
            .ends("rsync: command not found"),
            .ends("rsync: not found"),
            .ends("env: ‘rsync’: No such file or directory"),
            .ends("env: 'rsync': No such file or directory"),
            .ends("env: can't execute 'rsync': No such file or directory"),
            meaning: "rsync is not installed on the slave",
            advice: "run 'lockstep up': it installs rsync"
        ),
        TransferComplaint(
            .begins("protocol version mismatch"),
            meaning: "what came from the slave is not what its rsync says",
            advice:
                "look whether a start-up file of the slave's login shell prints something, such as ~/.bashrc, or another forced command than Lockstep's answers"
        ),
        TransferComplaint(
            .ends("No space left on device (28)"),
            meaning: "the slave's disk is full, or has no inode left",
            advice: "make room in the target's file system"
        ),
        TransferComplaint(
            .ends("Disk quota exceeded (122)"),
            meaning: "the quota of the sync_user is used up on the slave",
            advice: "make room, or raise the quota"
        ),
        TransferComplaint(
            .ends("Read-only file system (30)"),
            meaning: "the target's file system is read-only",
            advice: "look at the slave's kernel log for errors of its disk, then mount it writable again"
        ),
        TransferComplaint(
            .begins("Timeout, server "),
            .begins("client_loop: send disconnect"),
            .begins("Connection closed by "),
            .begins("Connection reset by "),
            .begins("Read from remote host "),
            .ends(" closed by remote host."),
            .ends(": Broken pipe (32)"),
            .ends(": Connection reset by peer (104)"),
            meaning: "the connection broke",
            advice: "check that the slave is up and answers, and the network between master and slave"
        ),
    ]
}
