import RemoteHost
import Testing

@testable import Propagation

@Suite("The course of a proof")
struct ProofMachineTests {
    private typealias Action = ProofMachine.Action

    private let timing = ProofTiming(step: .seconds(10), farewell: .seconds(3), ending: .seconds(5))
    private let over = Result<CommandResult, RemoteHostError>.success(CommandResult(exit: .status(0)))
    private let lost = RemoteHostError(.connectionLost, "the connection broke")

    @Test("Nothing is written before the master and every slave are ready")
    func start() {
        var machine = ProofMachine(slaves: ["a", "b"], timing: timing)
        #expect(machine.begin() == [.startTimer(1, .seconds(10))])
        #expect(machine.handle(.slaveReady(1), at: .zero) == [])
        #expect(machine.handle(.masterReady, at: .zero) == [])
        #expect(machine.handle(.slaveReady(0), at: .zero) == [.order(.created), .startTimer(2, .seconds(10))])
    }

    @Test("A step follows when every slave has seen the one before; the latency is counted from the master's word")
    func latency() {
        var machine = started(["a", "b"])
        #expect(
            machine.handle(.masterWritten(.created), at: .milliseconds(100))
                == [.report(.written(.created)), .startTimer(3, .seconds(10))]
        )
        #expect(
            machine.handle(.slaveSeen(1, .created), at: .milliseconds(130))
                == [.report(.seen(slave: "b", .created, latency: .milliseconds(30)))]
        )
        #expect(
            machine.handle(.slaveSeen(0, .created), at: .milliseconds(150)) == [
                .report(.seen(slave: "a", .created, latency: .milliseconds(50))),
                .order(.changed), .startTimer(4, .seconds(10)),
            ]
        )
    }

    @Test("A slave's word that overtakes the master's counts as no latency")
    func overtaking() {
        var machine = started(["a"])
        #expect(machine.handle(.slaveSeen(0, .created), at: .milliseconds(90)) == [])
        #expect(
            machine.handle(.masterWritten(.created), at: .milliseconds(100)) == [
                .report(.written(.created)), .startTimer(3, .seconds(10)),
                .report(.seen(slave: "a", .created, latency: .zero)),
                .order(.changed), .startTimer(4, .seconds(10)),
            ]
        )
    }

    @Test("A latency is never below zero, whatever the order in which the words were taken in")
    func neverNegative() {
        var machine = started(["a"])
        _ = machine.handle(.masterWritten(.created), at: .milliseconds(100))
        #expect(
            machine.handle(.slaveSeen(0, .created), at: .milliseconds(90)).first
                == .report(.seen(slave: "a", .created, latency: .zero))
        )
    }

    @Test("When all steps were seen the master ends first, then the slaves, and all are proven")
    func success() throws {
        var machine = started(["a"])
        var time = Duration.zero
        for step in CanaryStep.allCases {
            _ = machine.handle(.masterWritten(step), at: time)
            time += .milliseconds(20)
            let actions = machine.handle(.slaveSeen(0, step), at: time)
            #expect(actions.contains(.endMaster) == (step == .deleted))
            #expect(!actions.contains(.endSlaves))
        }
        #expect(machine.handle(.masterEnded(over), at: time).first == .endSlaves)
        #expect(!machine.isFinished)
        #expect(machine.handle(.slaveEnded(0, over), at: time) == [])
        #expect(machine.isFinished)
        let report = try machine.result().get()
        #expect(report.isProven)
        #expect(!report.isInterrupted)
        let latencies = Dictionary(uniqueKeysWithValues: CanaryStep.allCases.map { ($0, Duration.milliseconds(20)) })
        #expect(report.slaves == [.init(name: "a", outcome: .proven(latencies: latencies), leftover: nil)])
    }

    @Test("A slave that misses a step takes no further part and holds nobody up")
    func miss() throws {
        var machine = started(["slow", "fast"])
        _ = machine.handle(.masterWritten(.created), at: .zero)
        _ = machine.handle(.slaveSeen(1, .created), at: .milliseconds(1))
        #expect(machine.handle(.timeIsUp(timer: 2), at: .seconds(10)) == [], "a timer of an earlier step")
        #expect(
            machine.handle(.timeIsUp(timer: 3), at: .seconds(10)) == [
                .report(.missed(slave: "slow", .created)), .order(.changed), .startTimer(4, .seconds(10)),
            ]
        )
        _ = machine.handle(.masterWritten(.changed), at: .seconds(11))
        #expect(machine.handle(.slaveSeen(0, .created), at: .seconds(12)) == [], "too late")
        #expect(machine.handle(.slaveSeen(0, .changed), at: .seconds(12)) == [], "too late")
        #expect(machine.handle(.slaveSeen(1, .changed), at: .seconds(12)).contains(.order(.rewritten)))
        _ = machine.handle(.masterWritten(.rewritten), at: .seconds(13))
        #expect(
            machine.handle(.timeIsUp(timer: 7), at: .seconds(23)) == [
                .report(.missed(slave: "fast", .rewritten)), .endMaster, .startTimer(8, .seconds(5)),
            ]
        )
        let report = try finish(&machine, slaves: [0, 1]).get()
        #expect(report.slaves[0].outcome == .missed(.created, seen: [:]))
        #expect(
            report.slaves[1].outcome == .missed(.rewritten, seen: [.created: .milliseconds(1), .changed: .seconds(1)])
        )
        #expect(!report.isProven)
    }

    @Test("A slave to which a transfer goes on is waited for, and said to be; the others are missed")
    func transfer() throws {
        var machine = started(["far", "dead"], transfer: .seconds(60))
        _ = machine.handle(.masterWritten(.created), at: .zero)
        #expect(
            machine.handle(.timeIsUp(timer: 3), at: .seconds(10))
                == [.askForTransfers([0, 1]), .startTimer(4, .seconds(5))]
        )
        #expect(
            machine.handle(.transfers([0: OngoingTransfer(seconds: 40)]), at: .seconds(11)) == [
                .report(.sending(slave: "far", .created, seconds: 40)), .report(.missed(slave: "dead", .created)),
                .startTimer(5, .seconds(10)),
            ]
        )
        #expect(machine.handle(.timeIsUp(timer: 4), at: .seconds(15)) == [], "the timer of the question")
        #expect(machine.handle(.slaveSeen(0, .created), at: .seconds(20)).contains(.order(.changed)))
        _ = machine.handle(.interrupted, at: .seconds(21))
        let report = try finish(&machine, slaves: [0, 1]).get()
        #expect(report.slaves[0].outcome == .interrupted(seen: [.created: .seconds(20)]))
        #expect(report.slaves[1].outcome == .missed(.created, seen: [:]))
    }

    @Test("When a transfer is over, the canary has the time of a step once more")
    func transferOver() throws {
        var machine = started(["far"], transfer: .seconds(60))
        _ = machine.handle(.masterWritten(.created), at: .zero)
        _ = machine.handle(.timeIsUp(timer: 3), at: .seconds(10))
        _ = machine.handle(.transfers([0: OngoingTransfer(seconds: 40)]), at: .seconds(10))
        #expect(machine.handle(.timeIsUp(timer: 5), at: .seconds(20)).first == .askForTransfers([0]))
        #expect(machine.handle(.transfers([:]), at: .seconds(20)) == [.startTimer(7, .seconds(10))])
        _ = machine.handle(.timeIsUp(timer: 7), at: .seconds(30))
        #expect(
            machine.handle(.transfers([:]), at: .seconds(30)).first == .report(.missed(slave: "far", .created))
        )
        #expect(try finish(&machine, slaves: [0]).get().slaves[0].outcome == .missed(.created, seen: [:]))
    }

    @Test("A transfer that has failed meanwhile is not waited for, though the next attempt goes on")
    func transferFailed() throws {
        var machine = started(["far"], transfer: .seconds(60))
        _ = machine.handle(.masterWritten(.created), at: .zero)
        _ = machine.handle(.timeIsUp(timer: 3), at: .seconds(10))
        _ = machine.handle(.transfers([0: OngoingTransfer(seconds: 9, failures: 2)]), at: .seconds(10))
        _ = machine.handle(.timeIsUp(timer: 5), at: .seconds(20))
        let actions = machine.handle(.transfers([0: OngoingTransfer(seconds: 3, failures: 3)]), at: .seconds(20))
        #expect(actions.first == .report(.missed(slave: "far", .created)))
        #expect(try finish(&machine, slaves: [0]).get().slaves[0].outcome == .missed(.created, seen: [:]))
    }

    @Test("A transfer that goes on for longer than a proof waits is no miss that lsyncd is to blame for")
    func longTransfer() throws {
        var machine = started(["far"], transfer: .seconds(20))
        _ = machine.handle(.masterWritten(.created), at: .zero)
        for (timer, time) in [(3, 10), (5, 20)] {
            _ = machine.handle(.timeIsUp(timer: timer), at: .seconds(time))
            _ = machine.handle(.transfers([0: OngoingTransfer(seconds: time)]), at: .seconds(time))
        }
        #expect(machine.handle(.timeIsUp(timer: 7), at: .seconds(30)).first == .report(.missed(slave: "far", .created)))
        #expect(
            try finish(&machine, slaves: [0]).get().slaves[0].outcome == .sending(.created, seconds: 20, seen: [:])
        )
    }

    @Test("A master that does not say what is being sent is not waited for")
    func silentAboutTransfers() throws {
        var machine = started(["far"], transfer: .seconds(60))
        _ = machine.handle(.masterWritten(.created), at: .zero)
        _ = machine.handle(.timeIsUp(timer: 3), at: .seconds(10))
        #expect(machine.handle(.timeIsUp(timer: 4), at: .seconds(15)).contains(.endMaster))
        #expect(machine.handle(.transfers([0: OngoingTransfer(seconds: 40)]), at: .seconds(16)) == [], "too late")
    }

    @Test("A slave that is lost takes no further part")
    func lostSlave() throws {
        var machine = started(["a", "b"])
        _ = machine.handle(.masterWritten(.created), at: .zero)
        _ = machine.handle(.slaveSeen(0, .created), at: .zero)
        #expect(
            machine.handle(.slaveEnded(1, .failure(lost)), at: .zero) == [
                .report(.dropped(slave: "b", reason: lost.message)), .order(.changed), .startTimer(4, .seconds(10)),
            ]
        )
        _ = machine.handle(.interrupted, at: .zero)
        let report = try finish(&machine, slaves: [0]).get()
        #expect(report.slaves[1].outcome == .lost(lost))
        #expect(report.slaves[1].leftover == lost.message, "nobody can say what is left there")
    }

    @Test("A slave that was lost before anything was written has nothing left on it")
    func lostBeforeTheStart() throws {
        var machine = ProofMachine(slaves: ["a", "b"], timing: timing)
        _ = machine.begin()
        _ = machine.handle(.masterReady, at: .zero)
        _ = machine.handle(.slaveReady(0), at: .zero)
        #expect(machine.handle(.slaveEnded(1, .failure(lost)), at: .zero).contains(.order(.created)))
        _ = machine.handle(.interrupted, at: .zero)
        #expect(try finish(&machine, slaves: [0]).get().slaves[1].leftover == nil)
    }

    @Test("A slave whose script fails is reported in the shell's words")
    func failedSlave() throws {
        var machine = started(["a"])
        let refusal = CommandResult(exit: .status(1), standardError: Array("sudo: a password\nis required\n".utf8))
        #expect(machine.handle(.slaveEnded(0, .success(refusal)), at: .zero).contains(.endMaster))
        let report = try finish(&machine, slaves: []).get()
        #expect(report.slaves[0].outcome == .failed("sudo: a password; is required"))
    }

    @Test("A slave that does not begin to watch in time is lost, and the others go on")
    func notReady() throws {
        var machine = ProofMachine(slaves: ["a", "b"], timing: timing)
        _ = machine.begin()
        _ = machine.handle(.masterReady, at: .zero)
        _ = machine.handle(.slaveReady(1), at: .zero)
        #expect(machine.handle(.timeIsUp(timer: 1), at: .seconds(10)).contains(.order(.created)))
        _ = machine.handle(.interrupted, at: .seconds(11))
        guard case .lost(let error) = try finish(&machine, slaves: [0, 1]).get().slaves[0].outcome else {
            Issue.record("the slave is not lost")
            return
        }
        #expect(error.code == .timedOut)
    }

    @Test("What could not be removed from a slave is reported, though it has missed a step anyway")
    func leftover() throws {
        var machine = started(["a"])
        _ = machine.handle(.masterWritten(.created), at: .zero)
        _ = machine.handle(.timeIsUp(timer: 3), at: .seconds(10))
        _ = machine.handle(.masterEnded(over), at: .seconds(10))
        let failure = CommandResult(exit: .status(1), standardError: Array("rm: Read-only file system\n".utf8))
        _ = machine.handle(.slaveEnded(0, .success(failure)), at: .seconds(10))
        let report = try machine.result().get()
        #expect(report.slaves[0].outcome == .missed(.created, seen: [:]))
        #expect(report.slaves[0].leftover == "rm: Read-only file system")
    }

    @Test("An interruption ends the master, then the slaves, and keeps what was seen")
    func interruption() throws {
        var machine = started(["a", "b"])
        _ = machine.handle(.masterWritten(.created), at: .zero)
        _ = machine.handle(.slaveSeen(0, .created), at: .milliseconds(5))
        #expect(machine.handle(.interrupted, at: .milliseconds(6)) == [.endMaster, .startTimer(4, .seconds(5))])
        #expect(machine.handle(.slaveSeen(1, .created), at: .milliseconds(7)) == [])
        #expect(machine.handle(.interrupted, at: .milliseconds(8)) == [], "a second one changes nothing")
        #expect(machine.handle(.masterEnded(over), at: .milliseconds(9)) == [.endSlaves, .startTimer(5, .seconds(8))])
        _ = machine.handle(.slaveEnded(0, over), at: .milliseconds(9))
        _ = machine.handle(.slaveEnded(1, over), at: .milliseconds(9))
        let report = try machine.result().get()
        #expect(report.isInterrupted)
        #expect(!report.isProven)
        #expect(report.slaves[0].outcome == .interrupted(seen: [.created: .milliseconds(5)]))
        #expect(report.slaves[1].outcome == .interrupted(seen: [:]))
    }

    @Test("An interruption after the last step changes nothing")
    func lateInterruption() throws {
        var machine = started(["a"])
        for step in CanaryStep.allCases {
            _ = machine.handle(.masterWritten(step), at: .zero)
            _ = machine.handle(.slaveSeen(0, step), at: .zero)
        }
        #expect(machine.handle(.interrupted, at: .zero) == [])
        let report = try finish(&machine, slaves: [0]).get()
        #expect(report.isProven && !report.isInterrupted)
    }

    @Test("A step that the master cannot take is an error with the shell's words, and ends the slaves")
    func refusal() {
        var machine = started(["a"])
        let message = "mkdir: No space left on device"
        let failure = CommandResult(exit: .status(1), standardError: Array("\(message)\n".utf8))
        #expect(
            machine.handle(.masterEnded(.success(failure)), at: .zero) == [
                .endMaster, .endSlaves, .startTimer(3, .seconds(8)),
            ]
        )
        _ = machine.handle(.slaveEnded(0, over), at: .zero)
        #expect(machine.isFinished)
        #expect(error(of: machine)?.code == .notWritable)
        #expect(error(of: machine)?.message == "the canary could not be created: \(message)")
    }

    @Test("A master that is lost is an error of its own, and ends the slaves")
    func lostMaster() {
        var machine = started(["a"])
        _ = machine.handle(.masterWritten(.created), at: .zero)
        #expect(machine.handle(.masterEnded(.failure(lost)), at: .zero).contains(.endSlaves))
        _ = machine.handle(.slaveEnded(0, over), at: .zero)
        #expect(error(of: machine) == ProofError(.lost(.connectionLost), lost.message))
    }

    @Test("A master that does not answer is an error, and is not waited for")
    func silentMaster() {
        var machine = started(["a"])
        #expect(machine.handle(.timeIsUp(timer: 2), at: .seconds(10)) == [.endMaster, .startTimer(3, .seconds(5))])
        #expect(machine.handle(.timeIsUp(timer: 3), at: .seconds(15)) == [.endSlaves, .startTimer(4, .seconds(8))])
        _ = machine.handle(.slaveEnded(0, over), at: .seconds(15))
        #expect(machine.handle(.timeIsUp(timer: 4), at: .seconds(23)) == [.abandon])
        _ = machine.handle(.masterEnded(.failure(RemoteHostError(.cancelled, "cancelled"))), at: .seconds(23))
        #expect(machine.isFinished)
        #expect(error(of: machine)?.code == .silent)
    }

    @Test("A canary that may be left on the master is an error; one that was deleted is not")
    func notRemoved() {
        let failure = CommandResult(exit: .status(1), standardError: Array("rm: Read-only file system\n".utf8))
        var machine = started(["a"])
        _ = machine.handle(.masterWritten(.created), at: .zero)
        _ = machine.handle(.interrupted, at: .zero)
        _ = machine.handle(.masterEnded(.success(failure)), at: .zero)
        #expect(error(of: machine)?.code == .notRemoved)
        #expect(error(of: machine)?.message.hasSuffix("rm: Read-only file system") == true)

        var proven = started(["a"])
        for step in CanaryStep.allCases {
            _ = proven.handle(.masterWritten(step), at: .zero)
            _ = proven.handle(.slaveSeen(0, step), at: .zero)
        }
        _ = proven.handle(.masterEnded(.failure(lost)), at: .zero)
        #expect(error(of: proven) == nil)
    }

    // MARK: -

    /// A machine whose master was just told to create the canary; its next timer is number 3.
    private func started(_ slaves: [String], transfer: Duration = .zero) -> ProofMachine {
        var timing = timing
        timing.transfer = transfer
        var machine = ProofMachine(slaves: slaves, timing: timing)
        _ = machine.begin()
        for slave in slaves.indices { _ = machine.handle(.slaveReady(slave), at: .zero) }
        _ = machine.handle(.masterReady, at: .zero)
        return machine
    }

    private func finish(_ machine: inout ProofMachine, slaves: [Int]) -> Result<ProofReport, ProofError> {
        _ = machine.handle(.masterEnded(over), at: .seconds(60))
        for slave in slaves {
            _ = machine.handle(.slaveEnded(slave, over), at: .seconds(60))
        }
        return machine.result()
    }

    private func error(of machine: ProofMachine) -> ProofError? {
        if case .failure(let error) = machine.result() { error } else { nil }
    }
}
