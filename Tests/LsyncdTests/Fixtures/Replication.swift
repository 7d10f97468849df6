import BuiltInPlaybooks
import Foundation
import Glibc
import LockstepTestSupport
import Lsyncd
import Playbooks
import SystemPackage
import Testing

/// A master and a slave on this machine: the real lsyncd with the rendered configuration, the real sshd, the real gate.
///
/// Only the fixed paths are moved into the test's own directory.
struct Replication {
    /// The test's directory.
    let directory: String
    /// What is replicated.
    let source: String
    /// Where it should arrive.
    let target: String
    /// The slave.
    let server: LoopbackServer
    /// Settings of the directory that differ from the defaults.
    let settings: [String: String]
    /// What lsyncd is configured by.
    let configured: Configured
    /// What stands before that.
    let preface: String
    /// The program that the gate runs as rsync; none for this machine's.
    let slaveRsync: String?

    /// What an lsyncd is configured by.
    enum Configured: String, Sendable, CaseIterable {
        /// lsyncd's own default.rsync, as tutorials have it.
        case stock
        /// Lockstep's layer.
        case layer
    }

    /// The instance's name: that of a directory with a name, on a slave that is called otherwise.
    static let name = "docs@s1"

    /// The directory that systemd would make for the instance.
    var run: String { "\(directory)/run/\(Self.name)" }
    /// The instance's configuration.
    var configuration: String { "\(directory)/etc/lsyncd/\(Self.name).lua" }

    /// Sets all up, starts lsyncd unless `isStarted` is false, and ends whatever was started when the body is done.
    static func with(
        source sourceName: String = "source",
        target targetName: String = "target",
        settings: [String: String] = [:],
        by configured: Configured = .layer,
        preface: String = "",
        startUpFiles: LoopbackServer.StartUpFiles = .skipped,
        slaveRsync: String? = nil,
        isStarted: Bool = true,
        _ body: (Replication) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { temporary in
            let directory = temporary.path.string
            let files = FileManager.default
            let target = "\(directory)/\(targetName)"
            for path in ["\(directory)/\(sourceName)", target, "\(directory)/etc/lsyncd"]
                + ["run", "state"].map({ "\(directory)/\($0)/\(name)" })
            {
                try files.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            try files.createDirectory(atPath: "\(directory)/lib", withIntermediateDirectories: true)
            let quoted = "'" + target.replacing("'", with: "'\\''") + "'"
            let server = try await LoopbackServer.start(
                in: "\(directory)/sshd",
                forcedCommand: configured == .stock
                    ? "exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\""
                    : settings["gate"] == "rrsync"
                        ? "/usr/bin/rrsync -wo \(quoted)"
                        : "\(directory)/lib/receive '\(directory)/other' \(quoted) /nowhere",
                startUpFiles: startUpFiles
            )
            let replication = Replication(
                directory: directory,
                source: "\(directory)/\(sourceName)",
                target: target,
                server: server,
                settings: settings,
                configured: configured,
                preface: preface,
                slaveRsync: slaveRsync
            )
            defer { replication.endAll() }
            do {
                try await replication.install()
                if isStarted { try await replication.start() }
                try await body(replication)
            } catch {
                Attachment.record(replication.log, named: "lsyncd.log")
                Attachment.record(server.log, named: "sshd.log")
                throw error
            }
        }
    }

    /// Starts lsyncd as the unit does.
    ///
    /// - Parameters:
    ///   - limits: starts it as a user who may use no more of what the kernel counts for each.
    ///   - clock: a file that says how far its clock is off, such as `+1d`; it may change at any time.
    ///   - isPowerless: starts it so that it may read only what its user may, where that is root as well.
    func start(limits: [UserLimit: Int] = [:], clock: String? = nil, isPowerless: Bool = false) async throws {
        var program = limits.isEmpty ? "lsyncd" : UserLimit.command(limits) + " lsyncd"
        if isPowerless, geteuid() == 0 {
            let powers = "-dac_override,-dac_read_search"
            program = "setpriv --inh-caps \(powers) --bounding-set \(powers) \(program)"
        }
        if let clock {
            // As the kernel has it when somebody sets the time: what counts the time since the boot goes on as before.
            program = """
                env LD_PRELOAD="$(dpkg -L libfaketime | grep '/libfaketime\\.so\\.1$')" FAKETIME_TIMESTAMP_FILE=\(clock) \
                FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 \(program)
                """
        }
        let started = try await LocalProgram.shell(
            "cd /; setsid \(program) -nodaemon \"$1\" </dev/null >>\"$2\" 2>&1 & echo $! >\"$3\"",
            configuration,
            "\(directory)/log",
            "\(directory)/pid"
        )
        guard started.status == 0 else { throw LoopbackServer.Failure(message: started.error) }
    }

    /// Ends lsyncd, as its supervisor does.
    func stop() async throws {
        guard let process else { return }
        ProcessTree.kill(process)
        try await eventually("lsyncd ends") { !isRunning }
    }

    /// Holds lsyncd while the body runs, so that it sees all changes at once.
    func whileHeld(_ body: () async throws -> Void) async throws {
        let process = try #require(process)
        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        try await body()
    }

    /// Waits until lsyncd says that it follows the source.
    func untilLive() async throws {
        try await eventually("the report says live") { report?.phase == .live }
    }

    /// Waits until the target is the source's equal.
    func untilEqual(_ what: Comment = "the target equals the source") async throws {
        try await eventually(what) { Tree.read(source) == Tree.read(target) }
    }

    /// The layer's report; nil before the first.
    var report: TargetReport? {
        (try? String(contentsOfFile: "\(run)/report.json", encoding: .utf8)).flatMap(TargetReport.init(parsing:))
    }

    /// What lsyncd said.
    var log: String { (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? "" }

    /// When lsyncd first said something with this text in it, in seconds; nil where it has not.
    ///
    /// Counted from the midnight before lsyncd's first line, so that a test may run over the next.
    func secondOfDay(of text: String) -> Int? {
        let lines = log.split(separator: "\n").compactMap { line -> (second: Int, text: Substring)? in
            let numbers = line.prefix(8).split(separator: ":").compactMap { Int($0) }
            return numbers.count == 3 ? (numbers[0] * 3600 + numbers[1] * 60 + numbers[2], line) : nil
        }
        guard let first = lines.first, let found = lines.first(where: { $0.text.contains(text) }) else { return nil }
        return found.second < first.second ? found.second + 86_400 : found.second
    }

    /// Whether lsyncd still runs.
    var isRunning: Bool { process.map { FileManager.default.fileExists(atPath: "/proc/\($0)/exe") } ?? false }

    /// Seconds of the processor that lsyncd has used, without those of what it started.
    var processorTime: Double? { process.flatMap(ProcessTree.processorTime) }

    /// Waits until lsyncd has done all that there was to do: for half a second it has only waited for something to happen.
    func untilIdle() async throws {
        var looks = 0
        try await eventually("lsyncd has nothing to do") {
            looks = process.map(ProcessTree.isWaiting) == true ? looks + 1 : 0
            return looks == 10
        }
    }

    /// Lets the next runs of rsync end in these ways instead of doing anything: a number, or `KILL` for a signal. With
    /// `HOLD` one does its work, but not before `release()`.
    func scriptRsync(_ endings: [String]) throws {
        try (endings.joined(separator: "\n") + "\n").write(
            toFile: "\(directory)/endings",
            atomically: true,
            encoding: .utf8
        )
    }

    /// Lets go on what `HOLD` holds.
    func release() throws { try Data().write(to: URL(filePath: "\(directory)/released")) }

    /// The arguments of each run of rsync on the master, a line for each run.
    var runs: [String] {
        ((try? String(contentsOfFile: "\(directory)/runs", encoding: .utf8)) ?? "").split(separator: "\n").map(
            String.init
        )
    }

    /// Asks for a full pass, and waits until it is over.
    func fullPass() async throws {
        // What was queued before may still be sent; it goes by lists, and a full pass does not.
        let made = { runs.count { !$0.contains("--include-from=-") } }
        let before = made()
        try Data().write(to: URL(filePath: "\(run)/resync"))
        try await eventually("a full pass is begun", within: .seconds(20)) { made() > before }
        try await eventually("it is over", within: .seconds(20)) { report?.phase == .live }
    }

    /// How many of the scripted endings are still to come.
    var scriptedEndingsLeft: Int {
        ((try? String(contentsOfFile: "\(directory)/endings", encoding: .utf8)) ?? "").split(separator: "\n").count
    }

    /// Writes the text to a file in the source.
    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(source)/\(name)", atomically: false, encoding: .utf8)
    }

    /// The text of a file in the target; nil where there is none.
    func arrived(_ name: String) -> String? { try? String(contentsOfFile: "\(target)/\(name)", encoding: .utf8) }

    private var process: Int32? {
        (try? String(contentsOfFile: "\(directory)/pid", encoding: .utf8))
            .flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private func endAll() {
        if let process { ProcessTree.kill(process) }
        server.stop()
        // ssh's shared connection has left the tree of its parents; our directory in its arguments is ours alone.
        for process in ProcessTree.withArgument(containing: directory) { ProcessTree.kill(process) }
    }

    private func install() async throws {
        if let slaveRsync {
            try write(
                program: "receive",
                to: "lib/receive",
                replacing: "PATH=/usr/bin:/bin",
                with: "PATH='\(directory)/slave':/usr/bin:/bin"
            )
            try FileManager.default.createDirectory(atPath: "\(directory)/slave", withIntermediateDirectories: false)
            let program = "\(directory)/slave/rsync"
            try slaveRsync.write(toFile: program, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        } else {
            try write(program: "receive", to: "lib/receive")
        }
        try write(program: "layer.lua", to: "lib/layer.lua")
        try write(
            program: "rsync-wrapper",
            to: "lib/rsync",
            replacing: "/usr/bin/rsync",
            with: "\(directory)/lib/played"
        )
        try """
        #!/bin/sh
        printf '%s\\n' "$*" >>'\(directory)/runs'
        if read -r ending <'\(directory)/endings'; then
            sed -i 1d '\(directory)/endings'
            case $ending in
            KILL) kill -KILL $$ ;;
            HOLD) until [ -e '\(directory)/released' ]; do sleep 0.1; done ;;
            *) exit "$ending" ;;
            esac
        fi 2>/dev/null
        exec /usr/bin/rsync "$@"

        """.write(toFile: "\(directory)/lib/played", atomically: false, encoding: .utf8)
        for name in ["receive", "rsync", "played"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: "\(directory)/lib/\(name)"
            )
        }
        try FileManager.default.copyItem(atPath: "\(server.directory)/key", toPath: "\(directory)/etc/replication_key")
        try server.knownHostsLine(name: "s1").write(
            toFile: "\(directory)/etc/known_hosts",
            atomically: false,
            encoding: .utf8
        )
        let text = configured == .stock ? stock : try await rendered()
        try (preface + text).write(toFile: configuration, atomically: false, encoding: .utf8)
    }

    /// A configuration as tutorials have it, but for a short delay and the keys of the test. One process is lsyncd's own
    /// default.
    private var stock: String {
        let ssh =
            "ssh -F none -i \(directory)/etc/replication_key -p \(server.port) -o HostKeyAlias=s1"
            + " -o UserKnownHostsFile=\(directory)/etc/known_hosts -o BatchMode=yes"
        return """
            settings { statusFile = "\(run)/status", statusInterval = 1 }
            sync {
                default.rsync,
                source = "\(source)",
                target = "127.0.0.1:\(target)",
                delay = 0.1,
                maxProcesses = 1,
                rsync = {
                    archive = true, hard_links = \(settings["hard_links"] == "yes"),
                    binary = "\(directory)/lib/played", rsh = "\(ssh)",
                },
            }

            """
    }

    /// The instance's configuration with its paths moved.
    func rendered() async throws -> String {
        let name = "lsyncd.conf.lua"
        let template = try Template(named: name, text: try #require(BuiltInPlaybooks.template(named: name)))
        let given = [
            "name": Self.name, "host": "s1", "source": source, "target": target, "sync_address": "127.0.0.1",
            "sync_user": try await LocalProgram.run("id", ["-un"]).output.trimmingCharacters(in: .newlines),
            "sync_port": "\(server.port)", "delay": "0.1",
        ]
        let standard = [
            "include": "", "exclude": "", "delete": "yes", "compress": "no", "bandwidth_limit": "0", "checksum": "no",
            "owner_map": "", "group_map": "", "mode_map": "", "hard_links": "no", "acls": "no", "xattrs": "no",
            "fake_super": "no", "gate": "receive", "modify_window": "yes",
        ]
        var text = try template.render(given.merging(standard) { given, _ in given }.merging(settings) { $1 })
        let places = [
            ("/usr/local/lib/lockstep", "lib"), ("/etc/lockstep", "etc"), ("/run/lockstep", "run"),
            ("/var/lib/lockstep", "state"),
        ]
        for (path, moved) in places {
            try #require(text.contains("\"\(path)/"))
            text = text.replacing("\"\(path)/", with: "\"\(directory)/\(moved)/")
        }
        return text
    }

    private func write(
        program name: String,
        to path: String,
        replacing part: String? = nil,
        with replacement: String = ""
    ) throws {
        var text = try #require(BuiltInPlaybooks.template(named: name))
        if let part {
            try #require(text.contains(part))
            text = text.replacing(part, with: replacement)
        }
        try text.write(toFile: "\(directory)/\(path)", atomically: false, encoding: .utf8)
    }
}
