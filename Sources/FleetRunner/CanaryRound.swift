import Lsyncd
import Propagation
import Provisioning
import RemoteHost

/// One canary: what it is sent to, and what is told of each copy when it is gone.
struct CanaryRound: Sendable {
    let stage: ProofStage
    let sync: RunSync
    /// How long each of its steps may take to arrive.
    let step: Duration
    let master: RunHost
    let connection: any RemoteHost
    /// The place of those who ask what is being sent while canaries are on their way.
    let questions: ForkWindow

    /// How long a canary waits for transfers that go on.
    private static let longestTransfer = Duration.seconds(3600)

    /// Proves copies of the directory.
    func run(to copies: [RunSync.Mirror], over connections: RunConnections) async {
        guard !stage.interruption.isRequested else { return }
        let check = ServiceCheck(copies: copies.map(\.name))
        // Where the master does not answer, no canary is written either.
        let facts = (try? await stage.ask(check.facts, master, connection)) ?? Facts()
        // Whatever another service carries to the same directory, it proves no copy but its own.
        let idle = await failIdle(copies, check, facts)
        var sites: [ProofSite] = []
        var mirrors: [RunSync.Mirror] = []
        for mirror in copies where !idle.contains(mirror.name) && stage.ledger.isSound(mirror.slave) {
            guard let slave = stage.hosts.first(where: { $0.name == mirror.slave }),
                let remote = connections[mirror.slave]
            else { continue }
            mirrors.append(mirror)
            sites.append(ProofSite(host: remote, directory: mirror.target, privilege: slave.privilege))
        }
        guard !mirrors.isEmpty else { return }
        stage.tellLeftOut(of: mirrors, in: facts)
        var timing = ProofTiming(step: step)
        timing.transfer = min(stage.deadlines.firstPass, Self.longestTransfer)
        var proof = Proof(
            master: ProofSite(host: connection, directory: sync.source, privilege: master.privilege),
            slaves: sites,
            timing: timing
        )
        proof.transfers = { [mirrors] slaves in
            let place = await questions.enter()
            defer { place.leave() }
            return await transfers(to: mirrors.filter { slaves.contains($0.slave) })
        }
        do throws(ProofError) {
            let report = try await proof.run(interruption: stage.interruption) { tell($0) }
            for (mirror, slave) in zip(mirrors, report.slaves) { await settle(slave, mirror) }
        } catch {
            let message = "no canary could be sent\(sync.label): \(error.message)"
            stage.ledger.fail(master.name, .proof, message, hint: error.hint)
        }
    }

    /// The transfers that go on to some copies, by their slaves; none where the master does not answer.
    private func transfers(to mirrors: [RunSync.Mirror]) async -> [String: OngoingTransfer] {
        let question = MirrorTransfers(mirrors: mirrors.map(\.name))
        guard let facts = try? await stage.ask(question.facts, master, connection),
            let ongoing = try? question.ongoing(in: facts)
        else { return [:] }
        var transfers: [String: OngoingTransfer] = [:]
        for mirror in mirrors {
            guard let transfer = ongoing[mirror.name] else { continue }
            transfers[mirror.slave] = OngoingTransfer(seconds: transfer.seconds, failures: transfer.failures)
        }
        return transfers
    }

    /// Fails the copies whose own service does not run, and returns their names: no canary proves them.
    private func failIdle(
        _ mirrors: [RunSync.Mirror],
        _ check: ServiceCheck,
        _ facts: Facts
    ) async -> Set<String> {
        let known = Set(stage.syncs.flatMap(\.mirrors).map(\.name))
        let faults = (try? check.faults(in: facts, known: known)) ?? []
        if faults.isEmpty { return [] }
        var logs = FactSet()
        for fault in faults {
            if let log = try? InstanceDiagnosis(mirror: fault.copy).log(after: facts) { logs.insert(log) }
        }
        // Where the master does not answer, what is known tells enough.
        let whole = (try? await stage.ask(logs, master, connection, beside: facts)) ?? facts
        for fault in faults {
            guard let mirror = mirrors.first(where: { $0.name == fault.copy }) else { continue }
            let diagnosis = try? InstanceDiagnosis(mirror: fault.copy).explanation(of: whole)
            let words = [fault.hint, diagnosis].compactMap(\.self)
            stage.ledger.fail(mirror.slave, .proof, fault.message, hint: words.joined(separator: "\n"))
        }
        return Set(faults.map(\.copy))
    }

    private func tell(_ event: ProofEvent) {
        switch event {
        case .written(let step): stage.publish(.canaryWritten(sync: sync.name, step: step.rawValue))
        case .seen(let slave, let step, let latency):
            stage.publish(
                .canarySeen(host: slave, sync: sync.name, step: step.rawValue, seconds: latency.inSeconds)
            )
        case .sending(let slave, _, let seconds):
            stage.publish(.sending(host: slave, sync: sync.name, seconds: Double(seconds)))
        // What a slave missed is told with the reason, once that is known.
        case .missed, .dropped: break
        }
    }

    private func settle(_ slave: ProofReport.Slave, _ mirror: RunSync.Mirror) async {
        let ledger = stage.ledger
        if let leftover = slave.leftover { stage.publish(.warning(host: slave.name, message: leftover)) }
        switch slave.outcome {
        case .proven(let latencies):
            ledger.prove(mirror.name, of: slave.name)
            let steps = CanaryStep.allCases.compactMap { step in
                latencies[step].map { StepLatency(step: step.rawValue, seconds: $0.inSeconds) }
            }
            stage.publish(.proven(host: slave.name, sync: sync.name, latencies: steps))
        case .missed(let step, _):
            let limit = self.step.components.seconds
            ledger.fail(
                slave.name,
                .proof,
                "a canary was not seen to be \(step.rawValue)\(sync.label) within \(limit) s",
                hint: await diagnosis(of: mirror)
            )
        case .sending(let step, let seconds, _):
            ledger.fail(
                slave.name,
                .proof,
                "a transfer\(sync.label) has gone on for \(seconds) s: the canary that waits behind it was not seen to be \(step.rawValue)",
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
    private func diagnosis(of mirror: RunSync.Mirror) async -> String? {
        let diagnosis = InstanceDiagnosis(mirror: mirror.name)
        guard var facts = try? await stage.ask(diagnosis.facts, master, connection) else { return nil }
        if let log = try? diagnosis.log(after: facts),
            let more = try? await stage.ask(FactSet(log), master, connection, beside: facts)
        {
            facts = more
        }
        return try? diagnosis.explanation(of: facts)
    }
}

extension RunSync {
    /// What tells the directory from others in a message.
    var label: String { name.map { " in [sync:\($0)]" } ?? "" }
}
