import Foundation
import Subprocess
package import SystemPackage
import Testing

/// A real sshd on this machine's loopback, with keys of its own, for the time of a test; it needs no rights.
package struct LoopbackSSHServer: Sendable {
    /// The addresses it listens on.
    package let addresses: [String]
    /// The port it listens on, at each address.
    package let port: Int
    /// The only user that can log in: whoever runs the tests.
    package let user: String
    /// The key to log in with; whether it is accepted is one of the options.
    package let clientKey: SSHKeyFile
    /// What it is, for the table in docs/ssh.md.
    package let peer: SSHPeer
    /// Its host keys, in the order of the options.
    package let hostKeys: [SSHKeyFile]
    /// A known_hosts file with all its host keys.
    package let knownHosts: FilePath
    /// The folder that belongs to it, for more files of the test.
    package let directory: TemporaryDirectory

    /// The home folder of whoever logs in: empty at first, and not the user's real one.
    package var home: FilePath { directory.path.appending("home") }

    /// What can be different from server to server.
    package struct Options: Sendable {
        /// The addresses to listen on, of 127.0.0.0/8.
        package var addresses: [String] = ["127.0.0.1"]
        /// Which host keys it has.
        package var hostKeys: [SSHKeyFile.Kind] = [.ed25519]
        /// The kind of the client's key.
        package var clientKey: SSHKeyFile.Kind = .ed25519
        /// Whether the client's key lets its owner in.
        package var isAuthorised = true
        /// More lines for its sshd_config, which win over the usual ones.
        package var configuration: [String] = []

        /// Makes options for a server that does nothing special.
        package init() {}
    }

    /// The first address.
    package var address: String { addresses[0] }

    /// The known_hosts lines of some of its keys, for its first address or another.
    package func knownHostsLines(_ kinds: [SSHKeyFile.Kind]? = nil, address: String? = nil) -> String {
        hostKeys.filter { kinds?.contains($0.kind) ?? true }
            .map { "[\(address ?? self.address)]:\(port) \($0.publicKey)\n" }
            .joined()
    }

    /// What sshd has logged so far.
    package var log: String { directory.read("sshd.log") ?? "" }

    /// How many logins there were.
    package var accepted: Int { log.split(whereSeparator: \.isNewline).count { $0.contains("Accepted publickey") } }

    /// Lends a server that is ready for connections, and stops it afterwards; if `body` throws, its log is attached to
    /// the test.
    package static func with<Value: Sendable>(
        _ change: (inout Options) -> Void = { _ in },
        _ body: (LoopbackSSHServer) async throws -> Value
    ) async throws -> Value {
        var options = Options()
        change(&options)
        return try await TemporaryDirectory.with { directory in
            let keys = try await Keys(options, in: directory)
            var tries = 0
            while true {
                tries += 1
                let server = try await prepare(options, keys, in: directory)
                do {
                    return try await server.whileRunning(body)
                } catch is PortTaken where tries < 5 {
                    // Between the choice of a free port and sshd's use of it, somebody else took it.
                    continue
                }
            }
        }
    }

    private struct PortTaken: Error {}
    private struct NotReady: Error, CustomStringConvertible {
        var log: String
        var description: String { "sshd did not start:\n\(log)" }
    }

    /// The keys of a server.
    private struct Keys {
        var ofHost: [SSHKeyFile] = []
        var ofClient: SSHKeyFile

        init(_ options: Options, in directory: TemporaryDirectory) async throws {
            ofClient = try await SSHKeyFile.generate(options.clientKey, at: directory.path.appending("client"))
            for kind in options.hostKeys {
                let path = directory.path.appending("host_\(kind.rawValue)")
                ofHost.append(try await SSHKeyFile.generate(kind, at: path))
            }
        }
    }

    private static func prepare(
        _ options: Options,
        _ keys: Keys,
        in directory: TemporaryDirectory
    ) async throws -> LoopbackSSHServer {
        let server = LoopbackSSHServer(
            addresses: options.addresses,
            port: try await FreePort.find(on: options.addresses[0]),
            user: NSUserName(),
            clientKey: keys.ofClient,
            peer: try await LocalServer.shared.peer(),
            hostKeys: keys.ofHost,
            knownHosts: directory.path.appending("known_hosts"),
            directory: directory
        )
        let lines = options.addresses.map { server.knownHostsLines(address: $0) }
        try directory.write(lines.joined(), to: "known_hosts")
        try directory.write(options.isAuthorised ? keys.ofClient.publicKey + "\n" : "", to: "authorized_keys")
        try directory.write("", to: "sshd.log")
        try FileManager.default.createDirectory(atPath: server.home.string, withIntermediateDirectories: true)
        try directory.write(server.configuration(options), to: "sshd_config")
        return server
    }

    private func configuration(_ options: Options) -> String {
        let folder = directory.path
        let listening = addresses.map {
            $0.contains(":") ? "ListenAddress [\($0)]:\(port)" : "ListenAddress \($0):\(port)"
        }
        let keys = hostKeys.map { "HostKey \($0.path)" }
        // Of several lines for one setting, sshd takes the first, but of this one the last.
        let starts = options.configuration.contains { $0.hasPrefix("MaxStartups ") } ? [] : ["MaxStartups 1000"]
        let lines =
            options.configuration + starts + listening + keys + [
                "PidFile \(folder.appending("sshd.pid"))",
                "AuthorizedKeysFile \(folder.appending("authorized_keys"))",
                "AuthenticationMethods publickey",
                "PermitRootLogin yes",
                "StrictModes no",
                "UsePAM no",
                "UseDNS no",
                "PrintMotd no",
                // Whatever the user's own shell does at its start may take long, and tests may write to ~.
                "SetEnv HOME=\(home)",
                "MaxSessions 1000",
                "LogLevel VERBOSE",
            ]
        return lines.joined(separator: "\n") + "\n"
    }

    private func whileRunning<Value: Sendable>(
        _ body: (LoopbackSSHServer) async throws -> Value
    ) async throws -> Value {
        if user == "root" {
            // A service manager makes it otherwise; sshd as root does not start without.
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        let sshd = try await LocalServer.shared.program()
        var platform = PlatformOptions()
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let folder = directory.path
        let outcome = try await Subprocess.run(
            .path(FilePath(sshd)),
            arguments: [
                "-D", "-f", folder.appending("sshd_config").string, "-E", folder.appending("sshd.log").string,
            ],
            platformOptions: platform,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            var result: Result<Value, any Error>
            do {
                try await waitUntilReady()
                result = .success(try await body(self))
            } catch {
                if !(error is PortTaken) { Attachment.record(log, named: "sshd.log") }
                result = .failure(error)
            }
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))])
            return result
        }
        return try outcome.closureResult.get()
    }

    /// Connects until somebody answers, and makes sure that it is this sshd: its PidFile is written when it listens.
    private func waitUntilReady() async throws {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            if directory.read("sshd.pid") != nil, await FreePort.isAnswering(address, port) { return }
            if log.contains("Cannot bind any address") { throw PortTaken() }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw NotReady(log: log)
    }
}
