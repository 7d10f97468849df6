import Lsyncd
import Propagation
import RemoteHost

/// The end of a run: a canary to every slave that is as wanted, and for each that it does not reach, why.
struct ProofStage: Sendable {
    let hosts: [RunHost]
    let deadlines: RunDeadlines
    let interruption: Interruption
    let ledger: Ledger
    let publish: @Sendable (RunEvent) -> Void

    /// Proves all slaves that have a connection and are sound.
    func run(over connections: [String: any RemoteHost]) async {
        guard let master = hosts.first(where: \.isMaster), let masterConnection = connections[master.name] else {
            return
        }
        guard ledger.isSound(master.name) else {
            publish(.warning(host: master.name, message: "no canary is sent while the master is not as wanted"))
            return
        }
        let slaves = hosts.filter { !$0.isMaster && connections[$0.name] != nil && ledger.isSound($0.name) }
        let proof = Proof(
            master: ProofSite(host: masterConnection, directory: master.directory, privilege: master.privilege),
            slaves: slaves.compactMap { slave in
                connections[slave.name].map {
                    ProofSite(host: $0, directory: slave.directory, privilege: slave.privilege)
                }
            },
            timing: ProofTiming(step: deadlines.canaryStep)
        )
        await waitForFirstPass(to: slaves, master, masterConnection)
        guard !interruption.isRequested else { return }
        do throws(ProofError) {
            let report = try await proof.run(interruption: interruption, onEvent: tell)
            for slave in report.slaves { await settle(slave, master, masterConnection) }
        } catch {
            ledger.fail(master.name, .proof, "no canary could be sent: \(error.message)", hint: error.hint)
        }
    }

    /// Waits until lsyncd is done with its first full pass to all slaves, which may take as long as the source is large.
    private func waitForFirstPass(to slaves: [RunHost], _ master: RunHost, _ connection: any RemoteHost) async {
        let command = Command.script(
            FirstPass(slaves: slaves.map(\.name)).script,
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

    @Sendable private func tell(_ event: ProofEvent) {
        switch event {
        case .written(let step): publish(.canaryWritten(step: step.rawValue))
        case .seen(let slave, let step, let latency):
            publish(.canarySeen(host: slave, step: step.rawValue, seconds: latency.inSeconds))
        // What a slave missed is told with the reason, once that is known.
        case .missed, .dropped: break
        }
    }

    private func settle(_ slave: ProofReport.Slave, _ master: RunHost, _ connection: any RemoteHost) async {
        if let leftover = slave.leftover { publish(.warning(host: slave.name, message: leftover)) }
        switch slave.outcome {
        case .proven(let latencies):
            ledger.prove(slave.name)
            let steps = CanaryStep.allCases.compactMap { step in
                latencies[step].map { StepLatency(step: step.rawValue, seconds: $0.inSeconds) }
            }
            publish(.proven(host: slave.name, latencies: steps))
        case .missed(let step, _):
            ledger.fail(
                slave.name,
                .proof,
                "a canary was not seen to be \(step.rawValue) within \(deadlines.canaryStep.components.seconds) s",
                hint: await diagnosis(of: slave.name, master, connection)
            )
        case .lost(let error): ledger.fail(slave.name, error)
        case .failed(let reason): ledger.fail(slave.name, .proof, "it cannot be watched for canaries: \(reason)")
        case .interrupted: break
        }
    }

    /// What lsyncd's log and report on the master say about a slave; none where the master does not answer.
    private func diagnosis(of slave: String, _ master: RunHost, _ connection: any RemoteHost) async -> String? {
        let diagnosis = InstanceDiagnosis(slave: slave)
        let command = Command.script(diagnosis.script, privilege: master.privilege, deadline: deadlines.probe)
        guard let result = try? await connection.run(command) else { return nil }
        return diagnosis.explanation(of: result.outputText)
    }
}
