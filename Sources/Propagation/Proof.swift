import RemoteHost

/// The proof that what is written on the master arrives on every slave: a canary is created, changed, rewritten,
/// renamed and deleted, and each step is waited for on all slaves at once.
///
/// It leaves nothing behind, on no host, however it ends. Connections are not opened or closed here.
package struct Proof: Sendable {
    /// Where the canary is written.
    package var master: ProofSite
    /// Where it must arrive.
    package var slaves: [ProofSite]
    /// How long to wait.
    package var timing: ProofTiming
    /// The canary itself; never use one twice.
    package var canary: Canary
    /// Tells which transfers go on to some of the slaves, by their names.
    package var transfers: @Sendable ([String]) async -> [String: OngoingTransfer] = { _ in [:] }

    /// Makes a proof.
    package init(master: ProofSite, slaves: [ProofSite], timing: ProofTiming = ProofTiming(), canary: Canary = Canary())
    {
        self.master = master
        self.slaves = slaves
        self.timing = timing
        self.canary = canary
    }

    /// Lets the canary fly.
    ///
    /// - Parameters:
    ///   - interruption: once asked for, the proof ends early, cleans up and reports what it has seen.
    ///   - onEvent: called with each thing that happens, in order.
    /// - Returns: what was seen on each slave; a slave that sees nothing is a result, not an error.
    /// - Throws: `ProofError` where the canary could not be written or removed.
    package func run(
        interruption: Interruption = Interruption(),
        onEvent: @Sendable (ProofEvent) -> Void = { _ in }
    ) async throws(ProofError) -> ProofReport {
        if slaves.isEmpty { return ProofReport(slaves: [], isInterrupted: interruption.isRequested) }
        var machine = ProofMachine(slaves: slaves.map(\.host.name), timing: timing)
        await follow(&machine, interruption: interruption, onEvent: onEvent)
        return try machine.result().get()
    }

    private func follow(
        _ machine: inout ProofMachine,
        interruption: Interruption,
        onEvent: (ProofEvent) -> Void
    ) async {
        let inbox = ProofInbox()
        let toMaster = AsyncStream.makeStream(of: [UInt8].self)
        let toSlaves = slaves.map { _ in AsyncStream.makeStream(of: [UInt8].self) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await inbox.put(.masterEnded(keepCanary(words: toMaster.stream, inbox: inbox)))
            }
            for (index, words) in toSlaves.map(\.stream).enumerated() {
                group.addTask {
                    await inbox.put(.slaveEnded(index, watch(slave: index, words: words, inbox: inbox)))
                }
            }
            group.addTask {
                await interruption.wait()
                inbox.put(.interrupted)
            }
            var actions = machine.begin()
            var inputs = inbox.inputs.makeAsyncIterator()
            while true {
                for action in actions {
                    switch action {
                    case .order(let step): toMaster.continuation.yield(Array("\(step.order)\n".utf8))
                    case .endMaster: toMaster.continuation.finish()
                    case .endSlaves: for slave in toSlaves { slave.continuation.finish() }
                    case .startTimer(let timer, let duration):
                        group.addTask { await inbox.put(.timeIsUp(timer: timer), after: duration) }
                    case .askForTransfers(let slaves):
                        let names = slaves.map { (slave: $0, name: self.slaves[$0].host.name) }
                        group.addTask {
                            let answer = await transfers(names.map(\.name))
                            let pairs = names.compactMap { slave, name in answer[name].map { (slave, $0) } }
                            inbox.put(.transfers(Dictionary(uniqueKeysWithValues: pairs)))
                        }
                    case .abandon: group.cancelAll()
                    case .report(let event): onEvent(event)
                    }
                }
                if machine.isFinished { break }
                guard let (input, time) = await inputs.next(), !Task.isCancelled else {
                    // Cancellation hangs up on the hosts: they clean up by themselves.
                    _ = machine.handle(.interrupted, at: .zero)
                    break
                }
                actions = machine.handle(input, at: time)
            }
            group.cancelAll()
        }
    }

    private func keepCanary(
        words: AsyncStream<[UInt8]>,
        inbox: ProofInbox
    ) async -> Result<CommandResult, RemoteHostError> {
        let script = canary.masterScript(source: master.directory, lifetime: timing.lifetime + timing.transfer)
        let deadline = timing.commandDeadline + timing.transfer
        return await master.converse(script, words: words, deadline: deadline) { line in
            inbox.readMaster(line: line)
        }
    }

    private func watch(
        slave index: Int,
        words: AsyncStream<[UInt8]>,
        inbox: ProofInbox
    ) async -> Result<CommandResult, RemoteHostError> {
        let slave = slaves[index]
        let script = canary.slaveScript(
            target: slave.directory,
            lifetime: timing.lifetime + timing.transfer,
            farewell: timing.farewell
        )
        let deadline = timing.commandDeadline + timing.transfer
        return await slave.converse(script, words: words, deadline: deadline) { line in
            inbox.readSlave(index, line: line)
        }
    }
}

extension ProofSite {
    /// Runs a script to its end, hands out the lines that it prints, and takes a failure for a result too.
    fileprivate func converse(
        _ script: String,
        words: AsyncStream<[UInt8]>,
        deadline: Duration,
        onLine: @escaping @Sendable (String) -> Void
    ) async -> Result<CommandResult, RemoteHostError> {
        let splitter = LineSplitter()
        let command = Command.conversation(script, lines: words, privilege: privilege, deadline: deadline)
        do throws(RemoteHostError) {
            let result = try await host.run(command) { chunk in
                guard case .standardOutput(let bytes) = chunk else { return }
                for line in splitter.lines(after: bytes) { onLine(line) }
            }
            return .success(result)
        } catch {
            return .failure(error)
        }
    }
}
