import Foundation
import LockstepTestSupport
import Testing

/// A real sshd on this machine's loopback, which lets one key in, for one command.
struct LoopbackServer {
    /// Where its files lie.
    let directory: String
    /// The port that it listens on.
    let port: Int
    /// What becomes of the login shell's start-up files.
    let startUpFiles: StartUpFiles
    /// More lines of its configuration.
    let settings: String

    /// What becomes of the login shell's start-up files.
    enum StartUpFiles {
        /// None is read: those of whoever runs the tests may print, take long, or be cut off in the middle of something
        /// when the server is stopped.
        case skipped
        /// `.bashrc` is read, and no one else's but that of the server's directory.
        case bashrc
    }

    /// Starts a server that runs `forcedCommand` for whoever has `directory/key`.
    static func start(
        in directory: String,
        forcedCommand: String,
        startUpFiles: StartUpFiles = .skipped,
        settings: String = ""
    ) async throws -> LoopbackServer {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        for name in ["key", "host_key"] {
            let made = try await LocalProgram.run(
                "ssh-keygen",
                ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "\(directory)/\(name)"]
            )
            guard made.status == 0 else { throw Failure(message: made.error) }
        }
        // sshd takes \" for a quote here and every other backslash for itself.
        let command = forcedCommand.replacing("\"", with: "\\\"")
        let key = try String(contentsOfFile: "\(directory)/key.pub", encoding: .utf8)
        try "restrict,command=\"\(command)\" \(key)".write(
            toFile: "\(directory)/authorized_keys",
            atomically: false,
            encoding: .utf8
        )
        // Another test may have taken the port a moment ago.
        for _ in 0..<20 {
            let server = LoopbackServer(
                directory: directory,
                port: .random(in: 20_000..<32_000),
                startUpFiles: startUpFiles,
                settings: settings
            )
            if try await server.start() { return server }
        }
        throw Failure(message: "no free port for sshd")
    }

    /// Listens (again); false where the port is taken.
    ///
    /// The login shell gets another home. Above the first level of shells, bash reads no start-up file for sshd.
    func start() async throws -> Bool {
        try """
        Port \(port)
        ListenAddress 127.0.0.1
        HostKey \(directory)/host_key
        PidFile \(directory)/pid
        AuthorizedKeysFile \(directory)/authorized_keys
        AuthenticationMethods publickey
        StrictModes no
        UsePAM no
        PermitRootLogin forced-commands-only
        SetEnv HOME=\(directory) \(startUpFiles == .skipped ? "SHLVL=1" : "")
        \(settings)
        """
        .write(toFile: "\(directory)/config", atomically: false, encoding: .utf8)
        try? FileManager.default.removeItem(atPath: "\(directory)/log")
        // sshd of root wants its empty directory, which a machine without the service lacks.
        let started = try await LocalProgram.shell(
            "mkdir -p /run/sshd 2>/dev/null; exec \"$(PATH=$PATH:/usr/sbin:/sbin command -v sshd)\" -f \"$1/config\" -E \"$1/log\"",
            directory
        )
        guard started.status == 0 else { throw Failure(message: started.error + log) }
        var isListening = false
        try await eventually("sshd listens or says why not") {
            isListening = FileManager.default.fileExists(atPath: "\(directory)/pid")
            return isListening || log.contains("Cannot bind any address")
        }
        return isListening
    }

    /// Ends the server and every connection to it, as a slave that loses its power.
    func stop() {
        guard let process else { return }
        ProcessTree.kill(process)
        try? FileManager.default.removeItem(atPath: "\(directory)/pid")
    }

    /// Stops the server and every connection to it in the middle of whatever they do, without ending them.
    func hang() {
        guard let process else { return }
        ProcessTree.stop(process)
    }

    private var process: Int32? {
        (try? String(contentsOfFile: "\(directory)/pid", encoding: .utf8))
            .flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// What the server said.
    var log: String { (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? "" }

    /// The line of a known_hosts file for this server under a name.
    func knownHostsLine(name: String) throws -> String {
        let words = try String(contentsOfFile: "\(directory)/host_key.pub", encoding: .utf8).split(separator: " ")
        return "\(name) \(words[0]) \(words[1])\n"
    }

    /// What a fixture could not do.
    struct Failure: Error {
        var message: String
    }
}
