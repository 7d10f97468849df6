import Lsyncd
import Propagation
import Provisioning
import RemoteHost
import Synchronization

/// The end of a run: a canary to every copy as soon as its first pass is over, and for each that it does not reach, why.
struct ProofStage: Sendable {
    let hosts: [RunHost]
    let syncs: [RunSync]
    let deadlines: RunDeadlines
    let interruption: Interruption
    let ledger: Ledger
    let publish: @Sendable (RunEvent) -> Void

    /// How many directories are proven at the same time: a host opens only so many sessions on a connection, ten unless
    /// its sshd is told otherwise.
    private static let places = 4

    /// How long canaries wait for transfers that go on.
    private static let longestTransfer = Duration.seconds(3600)

    /// The two ends of the proofs, as far as they have a connection and are sound.
    private struct Ends: Sendable {
        var master: RunHost
        var slaves: [String: RunHost]
        var connections: [String: any RemoteHost]

        /// The master's connection, or a slave's.
        func site(_ host: RunHost, _ directory: String) -> ProofSite? {
            connections[host.name].map { ProofSite(host: $0, directory: directory, privilege: host.privilege) }
        }

        /// The copies of a directory that can be proven.
        func mirrors(of sync: RunSync) -> [RunSync.Mirror] { sync.mirrors.filter { slaves[$0.slave] != nil } }
    }

    /// Proves all slaves that have a connection and are sound.
    func run(over connections: [String: any RemoteHost]) async {
        guard let master = hosts.first(where: \.isMaster), connections[master.name] != nil else { return }
        guard ledger.isSound(master.name) else {
            publish(.warning(host: master.name, message: "no canary is sent while the master is not as wanted"))
            return
        }
        let slaves = hosts.filter { !$0.isMaster && connections[$0.name] != nil && ledger.isSound($0.name) }
        let ends = Ends(
            master: master,
            slaves: Dictionary(uniqueKeysWithValues: slaves.map { ($0.name, $0) }),
            connections: connections
        )
        if let connection = connections[master.name] {
            await tryAtOnce(syncs.flatMap { ends.mirrors(of: $0) }, master, connection)
        }
        let gate = FirstPassGate()
        let window = ForkWindow(places: Self.places)
        await withTaskGroup { group in
            group.addTask { await watchFirstPasses(of: syncs.flatMap { ends.mirrors(of: $0) }, ends, gate) }
            for sync in syncs {
                // One canary for all copies that have the same time for it.
                let byTime = Dictionary(grouping: ends.mirrors(of: sync), by: step(of:))
                for mirrors in byTime.values {
                    group.addTask { await prove(mirrors, of: sync, ends, gate, window) }
                }
            }
        }
    }

    /// Proves copies of a directory, each as soon as its first pass is over.
    private func prove(
        _ mirrors: [RunSync.Mirror],
        of sync: RunSync,
        _ ends: Ends,
        _ gate: FirstPassGate,
        _ window: ForkWindow
    ) async {
        let late = await withTaskGroup { group in
            var waiting = mirrors
            for await _ in gate.news() where !interruption.isRequested {
                let open = waiting.filter { gate.isOpen(for: $0.name) }
                waiting.removeAll { open.contains($0) }
                guard !open.isEmpty else { continue }
                // The canary of those that were ready before may still wait for a transfer.
                group.addTask {
                    let place = await window.enter()
                    await prove(open, of: sync, ends)
                    place.leave()
                }
            }
            return waiting
        }
        guard !interruption.isRequested else { return }
        for mirror in late {
            ledger.fail(
                mirror.slave,
                .proof,
                "its first pass\(label(of: sync)) is not over after \(deadlines.firstPass.inWords)",
                hint:
                    "--first-pass-timeout sets how long to wait; it goes on by itself, and 'lockstep verify' proves it then"
            )
        }
    }

    /// Proves copies of a directory by one canary.
    private func prove(_ ready: [RunSync.Mirror], of sync: RunSync, _ ends: Ends) async {
        guard !interruption.isRequested,
            let site = ends.site(ends.master, sync.source), let connection = ends.connections[ends.master.name]
        else { return }
        let check = ServiceCheck(copies: ready.map(\.name))
        // Where the master does not answer, no canary is written either.
        let facts = (try? await ask(check.facts, ends.master, connection)) ?? Facts()
        // Whatever another service carries to the same directory, it proves no copy but its own.
        let idle = await failIdle(ready, check, facts, ends.master, connection)
        let mirrors = ready.filter { !idle.contains($0.name) }
        guard let first = mirrors.first else { return }
        tellLeftOut(of: mirrors, in: facts)
        var timing = ProofTiming(step: step(of: first))
        timing.transfer = min(deadlines.firstPass, Self.longestTransfer)
        var proof = Proof(
            master: site,
            slaves: mirrors.compactMap { mirror in
                ends.slaves[mirror.slave].flatMap { ends.site($0, mirror.target) }
            },
            timing: timing
        )
        proof.transfers = { slaves in await transfers(to: slaves, mirrors, ends.master, connection) }
        do throws(ProofError) {
            let report = try await proof.run(interruption: interruption) { tell($0, of: sync) }
            for (mirror, slave) in zip(mirrors, report.slaves) {
                await settle(slave, mirror, of: sync, ends.master, connection)
            }
        } catch {
            let message = "no canary could be sent\(label(of: sync)): \(error.message)"
            ledger.fail(ends.master.name, .proof, message, hint: error.hint)
        }
    }

    /// How long a canary's step may take to arrive at a copy.
    private func step(of mirror: RunSync.Mirror) -> Duration { mirror.canaryStep ?? deadlines.canaryStep }

    /// What tells a directory from others in a message.
    private func label(of sync: RunSync) -> String { sync.name.map { " in [sync:\($0)]" } ?? "" }

    /// Opens the gate for each copy whose first full pass is over, which may take as long as the source is large.
    private func watchFirstPasses(of mirrors: [RunSync.Mirror], _ ends: Ends, _ gate: FirstPassGate) async {
        guard let connection = ends.connections[ends.master.name], !mirrors.isEmpty else {
            return gate.finish(isLate: false)
        }
        let seconds = max(1, Int(deadlines.firstPass.inSeconds.rounded(.up)))
        var command = Command.script(
            FirstPass(copies: mirrors.map(\.name), seconds: seconds).script,
            privilege: ends.master.privilege,
            // The script ends by itself before that.
            deadline: .seconds(2 * seconds + 60)
        )
        command.collectsOutput = false
        let isLate = await withTaskGroup(of: Bool.self) { [command] group in
            group.addTask {
                let splitter = LineSplitter()
                let saysLate = Mutex(false)
                // What keeps the master from answering keeps canaries from being sent as well, and is told of there.
                _ = try? await connection.run(command) { chunk in
                    guard case .standardOutput(let bytes) = chunk else { return }
                    for line in splitter.lines(after: bytes) {
                        if line == "late" { saysLate.withLock { $0 = true } }
                        guard let waiting = FirstPass.waiting(in: line) else { continue }
                        publish(.firstPass(waiting: waiting))
                        gate.update(waiting: waiting)
                    }
                }
                return saysLate.withLock(\.self)
            }
            group.addTask {
                await interruption.wait()
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        gate.finish(isLate: isLate)
    }

    /// What the master answers to a question for facts, beside what it has answered earlier.
    func ask(
        _ facts: FactSet,
        _ master: RunHost,
        _ connection: any RemoteHost,
        beside earlier: Facts = Facts()
    ) async throws -> Facts {
        try await connection.look(facts, master.privilege, deadline: deadlines.probe, beside: earlier)
    }

    /// Lets the copies be tried at once whose attempts lsyncd has put off: what stood in their way may be mended by now.
    private func tryAtOnce(_ mirrors: [RunSync.Mirror], _ master: RunHost, _ connection: any RemoteHost) async {
        guard !mirrors.isEmpty else { return }
        let transfers = MirrorTransfers(mirrors: mirrors.map(\.name))
        // Where it cannot be asked for, the canary waits for the next attempt.
        guard let facts = try? await ask(transfers.facts, master, connection),
            let suspended = try? transfers.suspended(in: facts), !suspended.isEmpty
        else { return }
        let script = MirrorTransfers(mirrors: suspended).wakingScript
        _ = try? await connection.run(
            Command.script(script, privilege: master.privilege, deadline: deadlines.probe)
        )
    }

    /// The transfers that go on to some of the slaves of a directory; none where the master does not answer.
    private func transfers(
        to slaves: [String],
        _ mirrors: [RunSync.Mirror],
        _ master: RunHost,
        _ connection: any RemoteHost
    ) async -> [String: OngoingTransfer] {
        let asked = mirrors.filter { slaves.contains($0.slave) }
        let question = MirrorTransfers(mirrors: asked.map(\.name))
        guard let facts = try? await ask(question.facts, master, connection),
            let ongoing = try? question.ongoing(in: facts)
        else { return [:] }
        var transfers: [String: OngoingTransfer] = [:]
        for mirror in asked {
            guard let transfer = ongoing[mirror.name] else { continue }
            transfers[mirror.slave] = OngoingTransfer(seconds: transfer.seconds, failures: transfer.failures)
        }
        return transfers
    }

    /// Fails the copies whose own service does not run, and returns their names: no canary proves them.
    private func failIdle(
        _ mirrors: [RunSync.Mirror],
        _ check: ServiceCheck,
        _ facts: Facts,
        _ master: RunHost,
        _ connection: any RemoteHost
    ) async -> Set<String> {
        let faults = (try? check.faults(in: facts, known: Set(syncs.flatMap(\.mirrors).map(\.name)))) ?? []
        if faults.isEmpty { return [] }
        var logs = FactSet()
        for fault in faults {
            if let log = try? InstanceDiagnosis(mirror: fault.copy).log(after: facts) { logs.insert(log) }
        }
        // Where the master does not answer, what is known tells enough.
        let whole = (try? await ask(logs, master, connection, beside: facts)) ?? facts
        for fault in faults {
            guard let mirror = mirrors.first(where: { $0.name == fault.copy }) else { continue }
            let diagnosis = try? InstanceDiagnosis(mirror: fault.copy).explanation(of: whole)
            let words = [fault.hint, diagnosis].compactMap(\.self)
            ledger.fail(mirror.slave, .proof, fault.message, hint: words.joined(separator: "\n"))
        }
        return Set(faults.map(\.copy))
    }

    private func tell(_ event: ProofEvent, of sync: RunSync) {
        switch event {
        case .written(let step): publish(.canaryWritten(sync: sync.name, step: step.rawValue))
        case .seen(let slave, let step, let latency):
            publish(.canarySeen(host: slave, sync: sync.name, step: step.rawValue, seconds: latency.inSeconds))
        case .sending(let slave, _, let seconds):
            publish(.sending(host: slave, sync: sync.name, seconds: Double(seconds)))
        // What a slave missed is told with the reason, once that is known.
        case .missed, .dropped: break
        }
    }

    private func settle(
        _ slave: ProofReport.Slave,
        _ mirror: RunSync.Mirror,
        of sync: RunSync,
        _ master: RunHost,
        _ connection: any RemoteHost
    ) async {
        if let leftover = slave.leftover { publish(.warning(host: slave.name, message: leftover)) }
        switch slave.outcome {
        case .proven(let latencies):
            ledger.prove(mirror.name, of: slave.name)
            let steps = CanaryStep.allCases.compactMap { step in
                latencies[step].map { StepLatency(step: step.rawValue, seconds: $0.inSeconds) }
            }
            publish(.proven(host: slave.name, sync: sync.name, latencies: steps))
        case .missed(let step, _):
            let limit = self.step(of: mirror).components.seconds
            ledger.fail(
                slave.name,
                .proof,
                "a canary was not seen to be \(step.rawValue)\(label(of: sync)) within \(limit) s",
                hint: await diagnosis(of: mirror, master, connection)
            )
        case .sending(let step, let seconds, _):
            ledger.fail(
                slave.name,
                .proof,
                "a transfer\(label(of: sync)) has gone on for \(seconds) s: the canary that waits behind it was not seen to be \(step.rawValue)",
                hint: "'lockstep status' says when it is over; then run 'lockstep verify'"
            )
        // The host is there, only too slow to be watched.
        case .lost(let error) where error.code == .timedOut:
            ledger.fail(slave.name, .proof, error.message, hint: error.hint)
        case .lost(let error): ledger.fail(slave.name, error)
        case .failed(let reason): ledger.fail(slave.name, .proof, "it cannot be watched for canaries: \(reason)")
        case .interrupted: break
        }
    }

    /// What lsyncd's log and report on the master say about a mirror; none where the master does not answer.
    private func diagnosis(
        of mirror: RunSync.Mirror,
        _ master: RunHost,
        _ connection: any RemoteHost
    ) async -> String? {
        let diagnosis = InstanceDiagnosis(mirror: mirror.name)
        guard var facts = try? await ask(diagnosis.facts, master, connection) else { return nil }
        if let log = try? diagnosis.log(after: facts),
            let more = try? await ask(FactSet(log), master, connection, beside: facts)
        {
            facts = more
        }
        return try? diagnosis.explanation(of: facts)
    }
}
