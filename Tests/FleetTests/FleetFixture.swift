import FleetRunner
import Foundation
import Lab
import LockstepTestSupport
import SecureShell
import Subprocess
import SystemPackage
import Testing

/// A fleet of booted hosts in containers that one test owns, and the `lockstep` program to work on it with.
struct FleetFixture: Sendable {
    /// The lab that runs the hosts.
    let lab: Lab
    /// The hosts' names and addresses, and where the lab's files are.
    let report: LabReport
    /// The test's own folder; the inventory is `lab.ini` in it.
    let directory: TemporaryDirectory
    /// The image that its hosts are made of; nil for that of every lab.
    let image: String?

    /// Brings a fleet up, lends it to `body`, and takes it away whatever happens.
    static func with(
        slaves: Int,
        image: String? = nil,
        _ body: (FleetFixture) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let lab = Lab(LabDirectory(directory.path.appending("lab")))
            let inventory = directory.path.appending("lab.ini")
            do {
                let report = try await lab.up(LabRequest(slaves: slaves, image: image, inventory: inventory))
                let fleet = FleetFixture(lab: lab, report: report, directory: directory, image: image)
                try await body(fleet)
            } catch {
                _ = try? await lab.down()
                throw error
            }
            _ = try await lab.down()
        }
    }

    /// Adds slaves to the running lab and to the inventory.
    func grown(to slaves: Int) async throws -> FleetFixture {
        let inventory = directory.path.appending("lab.ini")
        let report = try await lab.up(LabRequest(slaves: slaves, image: image, inventory: inventory))
        return FleetFixture(lab: lab, report: report, directory: directory, image: image)
    }

    /// The inventory's text.
    var inventory: String {
        get throws { try directory.text("lab.ini") }
    }

    /// Puts another inventory in place of the lab's.
    func write(inventory: String) throws {
        try directory.write(inventory, to: "lab.ini")
    }

    /// Takes a slave out of the inventory.
    func leaveOut(_ slave: String) throws {
        let lines = try inventory.split(separator: "\n", omittingEmptySubsequences: false)
        try write(inventory: lines.filter { !$0.hasPrefix("\(slave) ") }.joined(separator: "\n"))
    }

    // MARK: The program

    /// How a run of `lockstep` ended.
    struct Outcome: Sendable {
        var exitCode: Int32
        var output: String
        var errors: String

        /// What `--json` printed of the whole run.
        var summary: RunSummary {
            get throws {
                let summaries = events.compactMap { if case .finished(let summary) = $0 { summary } else { nil } }
                return try #require(summaries.last, "no summary in: \(output)\n\(errors)")
            }
        }

        /// What `--json` printed, line by line.
        var events: [RunEvent] {
            output.split(separator: "\n").compactMap { try? JSONDecoder().decode(RunEvent.self, from: Data($0.utf8)) }
        }

        /// Each host's number of changes.
        var changes: [String: Int] {
            get throws {
                Dictionary(uniqueKeysWithValues: try summary.hosts.map { ($0.host, $0.counts.changed) })
            }
        }

        /// A host's own report.
        func host(_ name: String) throws -> HostReport {
            try #require(try summary.hosts.first { $0.host == name })
        }
    }

    /// Runs `lockstep` with this fleet's inventory and JSON lines; what it printed is kept with a failed test.
    @discardableResult
    func lockstep(_ arguments: String..., knownHosts: FilePath? = nil) async throws -> Outcome {
        try await lockstep(arguments, knownHosts: knownHosts)
    }

    private func lockstep(_ arguments: [String], knownHosts: FilePath?) async throws -> Outcome {
        let common = [
            "--json", "-i", directory["lab.ini"], "--known-hosts", (knownHosts ?? report.knownHosts).string,
        ]
        return try await Self.run(arguments + common)
    }

    /// Runs `lockstep`, or the program that runs it, with these arguments and nothing else.
    static func run(
        _ arguments: [String],
        program: FilePath = LockstepProgram.path,
        environment: Environment = .inherit
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(program),
            arguments: Arguments(arguments),
            environment: environment,
            input: .none,
            output: .string(limit: 64 << 20),
            error: .string(limit: 1 << 20)
        )
        let exitCode: Int32 =
            switch result.terminationStatus {
            case .exited(let code): Int32(code)
            default: -1
            }
        Attachment.record(
            result.standardOutput + result.standardError,
            named: "\(arguments.filter { !$0.contains("/") }.joined(separator: " ")).log"
        )
        return Outcome(exitCode: exitCode, output: result.standardOutput, errors: result.standardError)
    }

    // MARK: The hosts

    /// Runs a script on a host, by another client than ours, and returns what it printed; it must succeed.
    @discardableResult
    func on(_ host: String, _ script: String) async throws -> String {
        try await runLocally("ssh", sshOptions + ["root@\(address(of: host))", script])
    }

    /// A host's sshd, for the table in docs/ssh.md.
    func peer(of host: String) async throws -> SSHPeer {
        let version = try await on(host, "dpkg-query -W -f '${Version}' openssh-server")
        // Debian's epoch says nothing of the server.
        return SSHPeer("OpenSSH of a booted host", version: String(version.split(separator: ":").last ?? ""))
    }

    /// A connector that reaches one host as root, at the lab's address or another.
    func connector(to name: String, at address: String? = nil) throws -> SSHConnector {
        SSHConnector(
            destinations: [
                SSHDestination(
                    name: name,
                    address: try address ?? self.address(of: name),
                    user: "root",
                    credentials: SSHCredentials(identityFiles: [report.privateKey])
                )
            ],
            knownHosts: try KnownHosts(files: [report.knownHosts])
        )
    }

    /// The address of a host.
    func address(of host: String) throws -> String {
        try #require(report.hosts.first { $0.name == host }).address
    }

    /// The options with which ssh reaches the hosts.
    var sshOptions: [String] {
        [
            "-F", "none", "-i", report.privateKey.string, "-o", "UserKnownHostsFile=\(report.knownHosts)",
            "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
        ]
    }

    /// Everything below a directory: names, kinds, rights, sizes, links and contents.
    func tree(_ host: String, _ path: String = "/srv/data") async throws -> String {
        try await on(
            host,
            """
            cd '\(path)' && { find . -mindepth 1 -printf '%P|%y|%m|%l\\n'; find . -type f -exec sha256sum {} +; } | LC_ALL=C sort
            """
        )
    }

    /// Waits until a slave's target equals the source.
    func expectEqualTrees(_ slaves: [String], within limit: Duration = .seconds(30)) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        for slave in slaves {
            while try await tree("master") != tree(slave), clock.now < deadline {
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(try await tree("master") == tree(slave), "\(slave) differs")
        }
    }

    /// How many commands a host's sshd has started for connections from this machine.
    func commandsStarted(on host: String) async throws -> Int {
        let text = try await on(
            host,
            "journalctl -q -o cat -u ssh | grep -c 'Starting session: command for root from' || :"
        )
        return try #require(Int(text))
    }

    /// Names of canaries that are left on any host.
    func leftCanaries() async throws -> String {
        var left = ""
        for host in report.hosts { left += try await on(host.name, "find /srv/data -name '.lockstep-canary*' || :") }
        return left
    }
}
