import Foundation
import LockstepTestSupport
import RemoteHost
import SecureShell
import Subprocess
import SystemPackage
import Testing

/// An SSH server of some Debian release, running in that release's own files on a port of the loopback, for the time of
/// a test; as root.
struct DebianServer: Sendable {
    /// The kinds of server.
    enum Program: String, Sendable {
        case openssh, dropbear, tinyssh
    }

    /// What it is, for the table in docs/ssh.md.
    let peer: SSHPeer
    /// The port it listens on, at 127.0.0.1.
    let port: Int
    /// The user to log in as.
    static let user = "operator1"
    /// That user's password.
    let password: Secret
    /// Keys that let this user in, one of each kind.
    let keys: [SSHKeyFile.Kind: SSHKeyFile]
    /// Its host key.
    let hostKey: SSHKeyFile
    /// The test's own folder.
    let directory: TemporaryDirectory

    /// Lends a running server; its files are those of the release, with what it writes thrown away afterwards.
    static func with(
        _ program: Program,
        of codename: String,
        configuration: [String] = [],
        _ body: (DebianServer) async throws -> Void
    ) async throws {
        let root = try await DebianRoot.of(codename)
        try await TemporaryDirectory.with { directory in
            var keys: [SSHKeyFile.Kind: SSHKeyFile] = [:]
            for kind in SSHKeyFile.Kind.allCases {
                keys[kind] = try await .generate(kind, at: directory.path.appending("client_\(kind.rawValue)"))
            }
            let lines = keys.values.map { "\($0.publicKey)\n" }.joined()
            try directory.write(lines, to: "authorized_keys")
            let usual = [
                "HostKey /etc/ssh/lockstep_host_key", "UsePAM yes", "StrictModes yes", "LogLevel VERBOSE",
                "MaxSessions 100", "UseDNS no", "PasswordAuthentication yes",
            ]
            try directory.write((configuration + usual).joined(separator: "\n") + "\n", to: "sshd_config")
            let server = DebianServer(
                peer: try await peer(program, of: root),
                port: try await FreePort.find(on: "127.0.0.1"),
                password: Secret("correct horse \(UInt32.random(in: .min ... .max))"),
                keys: keys,
                hostKey: try await .generate(.ed25519, at: directory.path.appending("host_key")),
                directory: directory
            )
            try await server.whileRunning(program, in: root) { try await body(server) }
        }
    }

    /// A connector that knows the server as "peer", with these credentials.
    func connector(_ credentials: SSHCredentials) throws -> SSHConnector {
        let line = "[127.0.0.1]:\(port) \(hostKey.publicKey)\n"
        return SSHConnector(
            destinations: [
                SSHDestination(
                    name: "peer",
                    address: "127.0.0.1",
                    port: port,
                    user: Self.user,
                    credentials: credentials
                )
            ],
            knownHosts: try KnownHosts(files: [try directory.write(line, to: "known_hosts")])
        )
    }

    /// The trials of every peer, by this server's connectors.
    var trials: PeerTrials {
        PeerTrials(peer: peer) { try connector(SSHCredentials(identityFiles: [$0])) }
    }

    private static func peer(_ program: Program, of root: DebianRoot) async throws -> SSHPeer {
        let debian = try String(contentsOfFile: root.path.string + "/etc/debian_version", encoding: .utf8)
            .prefix { $0 != "." && $0 != "\n" }
        let package = ["openssh": "openssh-server", "dropbear": "dropbear-bin", "tinyssh": "tinysshd"][program.rawValue]
        let version = try await runLocally(
            "chroot",
            [root.path.string, "dpkg-query", "-W", "-f", "${Version}", package ?? ""]
        )
        // Debian's epoch says nothing of the server.
        let plain = version.drop { $0 != ":" }.dropFirst()
        let name = ["openssh": "OpenSSH", "dropbear": "dropbear", "tinyssh": "TinySSH"][program.rawValue] ?? ""
        return SSHPeer(
            "\(name) of Debian \(debian)",
            version: plain.isEmpty ? version : String(plain)
        )
    }

    // MARK: Running

    private struct NotReady: Error, CustomStringConvertible {
        var description: String { "the server did not start; its log is attached" }
    }

    private func whileRunning(
        _ program: Program,
        in root: DebianRoot,
        _ body: () async throws -> Void
    ) async throws {
        // With the namespace's first process everything in it goes, and so do its mounts.
        let outcome = try await Subprocess.run(
            .name("unshare"),
            arguments: [
                "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "sh", "-c", Self.script, "sh",
                root.path.string, directory.path.string, program.rawValue, String(port), Self.user,
            ],
            input: .string(password.revealed + "\n"),
            output: .discarded,
            error: .discarded
        ) { execution in
            var result: Result<Void, any Error>
            do {
                try await waitUntilReady()
                result = .success(try await body())
            } catch {
                Attachment.record(directory.read("server.log") ?? "", named: "server.log")
                result = .failure(error)
            }
            // unshare itself heeds nothing else; its child goes with it.
            await execution.teardown(using: [])
            return result
        }
        try outcome.closureResult.get()
    }

    private func waitUntilReady() async throws {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            if await FreePort.isAnswering("127.0.0.1", port) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotReady()
    }

    /// Lays a layer that is thrown away over the release's files, and runs a server there as on a host of its own.
    private static let script = """
        set -eu
        root=$1 folder=$2 program=$3 port=$4 user=$5
        exec >"$folder/server.log" 2>&1
        read -r password
        mkdir "$folder/layers"
        mount -t tmpfs -o mode=755 tmpfs "$folder/layers"
        mkdir "$folder/layers/upper" "$folder/layers/work" "$folder/layers/root"
        cd "$folder/layers"
        mount -t overlay -o "lowerdir=$root,upperdir=upper,workdir=work" overlay root
        mount -t proc proc root/proc
        mount --rbind /dev root/dev
        mount -t tmpfs -o mode=755 tmpfs root/run
        mount -t tmpfs -o mode=1777,size=64k tmpfs root/srv
        mkdir root/run/sshd
        chroot root useradd -m -s /bin/sh "$user"
        printf '%s:%s\\n' "$user" "$password" | chroot root chpasswd
        cp "$folder/host_key" root/etc/ssh/lockstep_host_key
        chmod 600 root/etc/ssh/lockstep_host_key
        cp "$folder/sshd_config" root/etc/ssh/sshd_config
        mkdir "root/home/$user/.ssh"
        cp "$folder/authorized_keys" "root/home/$user/.ssh/authorized_keys"
        chroot root chown -R "$user:" "/home/$user/.ssh"
        chmod -R go= "root/home/$user/.ssh"
        case $program in
        openssh) exec chroot root /usr/sbin/sshd -D -e -o "ListenAddress=127.0.0.1:$port" ;;
        dropbear)
            chroot root /usr/lib/dropbear/dropbearconvert openssh dropbear /etc/ssh/lockstep_host_key /etc/dropbear.key
            exec chroot root /usr/sbin/dropbear -F -E -p "127.0.0.1:$port" -r /etc/dropbear.key ;;
        tinyssh)
            chroot root /usr/sbin/tinysshd-makekey -q /etc/tinyssh-keys
            exec chroot root tcpserver -HR 127.0.0.1 "$port" /usr/sbin/tinysshd -v /etc/tinyssh-keys ;;
        esac
        """
}
