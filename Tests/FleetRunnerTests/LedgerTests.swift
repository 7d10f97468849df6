import RemoteHost
import Testing

@testable import FleetRunner

@Suite("The ledger")
struct LedgerTests {
    private func report(
        _ outcome: Outcome,
        on host: String,
        for item: String? = nil,
        kind: FailureKind? = nil,
        _ message: String? = nil
    ) -> TaskReport {
        TaskReport(
            task: "a task",
            module: "note",
            host: host,
            item: item,
            subject: item ?? host,
            outcome: outcome,
            summary: "",
            diff: [],
            isKnownAfterApply: false,
            kind: kind,
            message: message,
            hint: nil
        )
    }

    private func outcomes(_ ledger: Ledger) -> [String] {
        ledger.summary(seconds: 1, isProving: false, isInterrupted: false).hosts.map { host in
            "\(host.host) \(host.outcome)" + (host.message.map { ": \($0)" } ?? "")
        }
    }

    @Test("Work counts where it is done, a failure for the host that it is done for")
    func counting() {
        let ledger = Ledger(hosts: ["hub", "edge1", "edge2"])
        ledger.count(report(.ok, on: "hub"))
        ledger.count(report(.changed, on: "hub", for: "edge1"))
        ledger.count(report(.failed, on: "hub", for: "edge2", kind: .task, "no room"))
        ledger.count(report(.skipped, on: "hub", for: "edge2", "'a task' did not succeed"))
        ledger.count(report(.ok, on: "edge1"))
        #expect(outcomes(ledger) == ["hub changed", "edge1 ok", "edge2 failed: a task: no room"])
        let counts = ledger.summary(seconds: 1, isProving: false, isInterrupted: false).hosts.map(\.counts)
        #expect(counts[0] == HostReport.Counts(ok: 1, changed: 1))
        #expect(counts[2] == HostReport.Counts(failed: 1, skipped: 1))
        #expect(ledger.isSound("hub"))
        #expect(!ledger.isSound("edge2"))
    }

    @Test("The first failure stands, unless a later one is about the connection")
    func firstFailure() {
        let ledger = Ledger(hosts: ["edge1", "edge2"])
        for host in ["edge1", "edge2"] {
            ledger.fail(host, .task, "the first")
            ledger.fail(host, .proof, "the second")
        }
        ledger.fail("edge2", RemoteHostError(.connectionLost, "it is gone"))
        #expect(outcomes(ledger) == ["edge1 failed: the first", "edge2 unreachable: it is gone"])
    }

    @Test("What a canary tells does not keep others from being sent, and stands behind a task that fails later")
    func canaryBeforeTask() {
        let ledger = Ledger(hosts: ["hub", "edge1"])
        ledger.fail("hub", .proof, "no canary could be sent")
        #expect(ledger.isSound("hub"))
        ledger.fail("hub", .task, "a task failed")
        #expect(!ledger.isSound("hub"))
        #expect(outcomes(ledger) == ["hub failed: a task failed", "edge1 ok"])
        #expect(ledger.summary(seconds: 1, isProving: true, isInterrupted: false).exitCode == RunExitCode.failed)
    }

    @Test("A refused host key is a failure of its own kind, an interruption is none")
    func connectionFailures() {
        let ledger = Ledger(hosts: ["edge1", "edge2"])
        ledger.fail("edge1", RemoteHostError(.hostKeyRefused, "the key changed"))
        ledger.fail("edge2", RemoteHostError(.cancelled, "interrupted"))
        #expect(outcomes(ledger) == ["edge1 failed: the key changed", "edge2 skipped: interrupted"])
        #expect(!ledger.isSound("edge2"))
    }

    @Test("A lock that the master refuses is the master's failure")
    func refusedLock() {
        let ledger = Ledger(hosts: ["hub", "edge1"])
        ledger.count(report(.skipped, on: "edge1", "the lock cannot be taken: no flock"))
        ledger.fail(.refused("no flock"))
        #expect(
            outcomes(ledger) == [
                "hub failed: the lock cannot be taken: no flock",
                "edge1 skipped: the lock cannot be taken: no flock",
            ]
        )
        #expect(ledger.summary(seconds: 1, isProving: false, isInterrupted: false).exitCode == RunExitCode.failed)
    }

    @Test("A lock that another run holds decides the exit code, and an interruption even over that")
    func heldLock() {
        let ledger = Ledger(hosts: ["hub"])
        ledger.fail(.held("bob"))
        let summary = ledger.summary(seconds: 1, isProving: false, isInterrupted: false)
        #expect(summary.lockHolder == "bob")
        #expect(summary.exitCode == RunExitCode.locked)
        let interrupted = ledger.summary(seconds: 1, isProving: false, isInterrupted: true)
        #expect(interrupted.exitCode == RunExitCode.interrupted)
    }

    @Test("Proven slaves are counted only where a proof was asked for")
    func proven() {
        let ledger = Ledger(hosts: ["hub", "edge1"])
        ledger.prove("docs@edge1", of: "edge1")
        ledger.prove("data@edge1", of: "edge1")
        #expect(ledger.summary(seconds: 1, isProving: true, isInterrupted: false).proven == 1)
        #expect(ledger.summary(seconds: 1, isProving: false, isInterrupted: false).proven == nil)
    }

    @Test("A slave that has seen one canary and missed another is not proven")
    func halfProven() {
        let ledger = Ledger(hosts: ["hub", "edge1"])
        ledger.prove("docs@edge1", of: "edge1")
        ledger.fail("edge1", .proof, "a canary was not seen")
        #expect(ledger.summary(seconds: 1, isProving: true, isInterrupted: false).proven == 0)
    }
}
