import FoundationEssentials
import Lsyncd
import Testing

/// What the real programs printed is in Fixtures/Failures, one file a failure: the exit code, and standard error with
/// addresses and paths replaced. A new case is a new file and a line here.
@Suite("Why a transfer failed")
struct TransferFailureTests {
    @Test(
        "What ssh, the gate and rsync said tells what happened and what to look at",
        arguments: [
            ("closed-at-once", "closed the connection at once", "MaxStartups"),
            ("connection-killed", "the connection broke", "the slave is up"),
            ("connection-refused", "nothing listens", "sync_port"),
            ("disk-full", "disk is full", "make room"),
            ("gate-refused", "the gate on the slave refused", "lockstep up"),
            ("host-key-changed", "another host key", "was set up anew"),
            ("host-key-unknown", "does not know the slave's host key", "lockstep up"),
            ("key-broken", "cannot read the master's replication key", "0600"),
            ("key-missing", "cannot read the master's replication key", "0600"),
            ("key-refused", "does not let the master's key in", "sshd's log"),
            ("no-algorithm-told", "no algorithm in common", "sshd_config"),
            ("no-answer", "did not answer", "sync_address"),
            ("no-banner", "did not answer", "sync_address"),
            ("noisy-shell", "not what its rsync says", "~/.bashrc"),
            ("nologin", "not what its rsync says", "forced command"),
            ("read-only", "read-only", "kernel log"),
            ("rrsync-refused", "rrsync on the slave refused", "gate = receive"),
            ("rsync-missing-bash", "not installed on the slave", "lockstep up"),
            ("rsync-missing-busybox", "not installed on the slave", "lockstep up"),
            ("rsync-missing-dash", "not installed on the slave", "lockstep up"),
            ("rsync-missing-env", "not installed on the slave", "lockstep up"),
            ("target-missing", "the target directory is not there", "mount or make it"),
            ("target-without-parent", "a file could not be read or written", "inodes"),
            ("unknown-name", "cannot look the slave's name up", "sync_address"),
        ]
    )
    func said(fixture: String, meaning: String, advice: String) throws {
        let (exit, text) = try Self.recorded(fixture)
        let failure = TransferFailure(exit: exit, said: text)
        #expect(failure.meaning.contains(meaning), "\(failure)")
        #expect(failure.advice?.contains(advice) == true, "\(failure)")
        #expect(failure.said.map(text.contains) == true, "\(failure)")
        // The layer passes one line on.
        if let said = failure.said { #expect(TransferFailure(exit: exit, said: said) == failure) }
        for other in [12, 255] {
            #expect(TransferFailure(exit: RsyncExitCode(other), said: text).said == failure.said)
        }
    }

    @Test(
        "Where nothing was said, nothing is claimed",
        arguments: ["silent-127", "silent-77", "silent-no-algorithm", "silent-slave-hangs"]
    )
    func silent(fixture: String) throws {
        let (exit, text) = try Self.recorded(fixture)
        let failure = TransferFailure(exit: exit, said: text)
        #expect(failure.said == nil)
        #expect(failure.meaning == exit.meaning && failure.advice == exit.advice)
        #expect(failure == TransferFailure(exit: exit, said: nil))
        #expect(failure.meaning.contains("the connection failed") || failure.meaning.contains("the connection broke"))
    }

    @Test("A line that two failures end in claims neither")
    func lastLine() {
        let failure = TransferFailure(exit: RsyncExitCode(255), said: "Host key verification failed.")
        #expect(failure.meaning == "the master does not know the slave's host key, or knows another")
    }

    @Test("Every recorded failure is looked at")
    func everyFixture() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        #expect(names.count == 28)
    }

    @Test("A line that is not known is passed on as it is, and only the exit code explains")
    func unknown() {
        let failure = TransferFailure(exit: RsyncExitCode(23), said: "rsync: [sender] send_files failed: Weather (5)")
        #expect(failure.said == "rsync: [sender] send_files failed: Weather (5)")
        #expect(failure.meaning == RsyncExitCode(23).meaning)
        #expect(
            failure.explanation.hasPrefix(
                "rsync last ended with 23: some files could not be transferred, for it was said: rsync: [sender] send_files"
            )
        )
    }

    @Test(
        "The name of a file claims nothing, wherever it stands in a line",
        arguments: [
            #"[receiver] mkstemp "/srv/a/.f.x1" (in docs) failed: Permission denied (13)"#,
            #"[sender] send_files failed to open "/srv/x: Connection refused": Permission denied (13)"#,
            #"[receiver] rename "/srv/root@b: Permission denied (publickey)." -> "f" failed: Weather (5)"#,
            #"[sender] send_files failed to open "/srv/Identity file 1": Weather (5)"#,
            #"[receiver] mkdir "/srv/rrsync error: No space left on device (28)/a" failed: Weather (5)"#,
            #"[receiver] mkdir "/srv/Connection closed by /Host key verification failed." failed: Weather (5)"#,
            #"[receiver] chown "/srv/No host key is known for me and you have requested strict checking." failed: Weather (5)"#,
            #"[receiver] chown "/srv/Too many authentication failures" failed: Weather (5)"#,
            #"[receiver] chown "/srv/lockstep receive: refused: Connection timed out during banner exchange" failed: Weather (5)"#,
        ]
    )
    func names(line: String) {
        let failure = TransferFailure(exit: RsyncExitCode(23), said: "rsync: " + line)
        #expect(
            failure.meaning == RsyncExitCode(23).meaning && failure.advice == RsyncExitCode(23).advice,
            "\(failure)"
        )
        #expect(failure.said == "rsync: " + line)
    }

    @Test("Of several lines that are not known the last counts, and a carriage return ends a line as well")
    func several() {
        let said = TransferFailure(exit: RsyncExitCode(12), said: "one\r\ntwo\r\nrsync error: all\n").said
        #expect(said == "two")
        let known = TransferFailure(exit: RsyncExitCode(12), said: "one\r\na: Connection refused\r\ntwo\r\n")
        #expect(known.said == "a: Connection refused" && known.meaning == "nothing listens on the slave's port")
    }

    @Test("Too many keys are told as a key that is not let in")
    func tooManyKeys() {
        let line = "Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures"
        #expect(
            TransferFailure(exit: RsyncExitCode(255), said: line).meaning
                == "the slave does not let the master's key in"
        )
    }

    private static let folder = #filePath.replacing("TransferFailureTests.swift", with: "Fixtures/Failures")

    private static func recorded(_ name: String) throws -> (RsyncExitCode, String) {
        let text = try String(contentsOfFile: "\(folder)/\(name).txt", encoding: .utf8)
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let number = try #require(Int(lines[0].dropFirst("exit ".count)))
        return (RsyncExitCode(number), String(lines[1]))
    }
}
