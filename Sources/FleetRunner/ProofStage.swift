import Lsyncd
import Propagation
import RemoteHost

/// The end of a run: a canary to every slave that is as wanted, and for each that it does not reach, why.
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
        guard let master = hosts.first(where: \.isMaster), let connection = connections[master.name] else { return }
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
        await tryAtOnce(syncs.flatMap { ends.mirrors(of: $0) }, master, connection)
        await waitForFirstPass(of: syncs.flatMap { ends.mirrors(of: $0) }, master, connection)
        guard !interruption.isRequested else { return }
        await tellLeftOut(of: syncs.flatMap { ends.mirrors(of: $0) }, master, connection)
        let window = ForkWindow(places: Self.places)
        await withTaskGroup { group in
            for sync in syncs {
                group.addTask {
                    let place = await window.enter()
                    await prove(sync, ends, connection)
                    place.leave()
                }
            }
        }
    }

    /// Proves one directory on all slaves that have a copy of it.
    private func prove(_ sync: RunSync, _ ends: Ends, _ connection: any RemoteHost) async {
        let mirrors = ends.mirrors(of: sync)
        guard !mirrors.isEmpty, !interruption.isRequested, let site = ends.site(ends.master, sync.source) else {
            return
        }
        var timing = ProofTiming(step: deadlines.canaryStep)
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
            let what = sync.name.map { " in [sync:\($0)]" } ?? ""
            ledger.fail(ends.master.name, .proof, "no canary could be sent\(what): \(error.message)", hint: error.hint)
        }
    }

    /// Waits until lsyncd is done with its first full pass to all slaves, which may take as long as the source is large.
    private func waitForFirstPass(
        of mirrors: [RunSync.Mirror],
        _ master: RunHost,
        _ connection: any RemoteHost
    ) async {
        let command = Command.script(
            FirstPass(mirrors: mirrors.map(\.name)).script,
            privilege: master.privilege,
            deadline: deadlines.firstPass
        )
        await withTaskGroup { group in
            // What keeps it from being waited for keeps the canaries away as well, and is told there.
            group.addTask {
                _ = try? await connection.run(command) { chunk in
                    guard case .standardOutput(let bytes) = chunk else { return }
                    for waiting in FirstPass.waiting(in: String(decoding: bytes, as: UTF8.self)) {
                        publish(.firstPass(waiting: waiting))
                    }
                }
            }
            group.addTask { await interruption.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Lets the copies be tried at once whose attempts lsyncd has put off: what stood in their way may be mended by now.
    private func tryAtOnce(_ mirrors: [RunSync.Mirror], _ master: RunHost, _ connection: any RemoteHost) async {
        guard !mirrors.isEmpty else { return }
        let script = MirrorTransfers(mirrors: mirrors.map(\.name)).wakingScript
        // Where it cannot be asked for, the canary waits for the next attempt.
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
        let script = MirrorTransfers(mirrors: asked.map(\.name)).script
        let command = Command.script(script, privilege: master.privilege, deadline: deadlines.probe)
        guard let result = try? await connection.run(command) else { return [:] }
        let ongoing = MirrorTransfers.ongoing(in: result.outputText)
        var transfers: [String: OngoingTransfer] = [:]
        for mirror in asked {
            guard let transfer = ongoing[mirror.name] else { continue }
            transfers[mirror.slave] = OngoingTransfer(seconds: transfer.seconds, failures: transfer.failures)
        }
        return transfers
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
            let what = sync.name.map { " in [sync:\($0)]" } ?? ""
            ledger.fail(
                slave.name,
                .proof,
                "a canary was not seen to be \(step.rawValue)\(what) within \(deadlines.canaryStep.components.seconds) s",
                hint: await diagnosis(of: mirror, master, connection)
            )
        case .sending(let step, let seconds, _):
            let what = sync.name.map { " in [sync:\($0)]" } ?? ""
            ledger.fail(
                slave.name,
                .proof,
                "a transfer\(what) has gone on for \(seconds) s: the canary that waits behind it was not seen to be \(step.rawValue)",
                hint: "'lockstep status' says when it is over; then run 'lockstep verify'"
            )
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
        let command = Command.script(diagnosis.script, privilege: master.privilege, deadline: deadlines.probe)
        guard let result = try? await connection.run(command) else { return nil }
        return diagnosis.explanation(of: result.outputText)
    }
}
