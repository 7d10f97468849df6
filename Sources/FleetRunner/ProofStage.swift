import Lsyncd
import Propagation
import Provisioning
import RemoteHost
import Synchronization

/// The canaries of a run: one to every copy as soon as its tasks are settled and its first pass is over, and for each that it
/// does not reach, why.
struct ProofStage: Sendable {
    let hosts: [RunHost]
    let syncs: [RunSync]
    let deadlines: RunDeadlines
    let interruption: Interruption
    let ledger: Ledger
    let publish: @Sendable (RunEvent) -> Void

    /// Proves copies as they become ready, until no others will.
    func run(_ news: ProofNews, over connections: RunConnections) async {
        guard let master = hosts.first(where: \.isMaster) else { return }
        var sent: Set<String> = []
        await withTaskGroup { group in
            group.addTask {
                await interruption.wait()
                news.put(.interrupted)
            }
            var queue = ProofQueue()
            var stop = Interruption()
            let questions = ForkWindow(places: 1)
            for await item in news.all {
                for action in queue.handle(event(of: item, connections)) {
                    switch action {
                    case .startTimer(let names):
                        group.addTask {
                            try? await Task.sleep(for: deadlines.firstPass)
                            news.put(.timeIsUp(names))
                        }
                    case .watch(let names, let new, let seconds):
                        stop = Interruption()
                        group.addTask { [stop] in await watch(names, new, seconds, master, connections, stop, news) }
                    case .stopWatching: stop.request()
                    case .giveUp(let copies): copies.forEach(giveUp)
                    case .prove(let copies):
                        guard ledger.isSound(master.name), let connection = connections[master.name] else {
                            news.put(.proofEnded)
                            continue
                        }
                        sent.formUnion(copies.map(\.mirror.name))
                        let canary = CanaryRound(
                            stage: self,
                            sync: syncs[copies[0].sync],
                            step: copies[0].step,
                            master: master,
                            connection: connection,
                            questions: questions
                        )
                        group.addTask {
                            await canary.run(to: copies.map(\.mirror), over: connections)
                            news.put(.proofEnded)
                        }
                    }
                }
                if queue.isFinished { break }
            }
            group.cancelAll()
        }
        let isMissing = sent.count < syncs.reduce(0) { $0 + $1.mirrors.count }
        if isMissing, !interruption.isRequested, connections[master.name] != nil, !ledger.isSound(master.name) {
            publish(.warning(host: master.name, message: "no canary is sent while the master is not as wanted"))
        }
    }

    /// What the queue is told. A slave that is not as wanted gets no canary.
    private func event(of news: ProofNews.News, _ connections: RunConnections) -> ProofQueue.Event {
        switch news {
        case .event(let event): return event
        case .ready(let names):
            return .settled(
                syncs.enumerated().flatMap { place, sync in
                    sync.mirrors.filter { names.contains($0.name) && ledger.isSound($0.slave) }.map {
                        ProofQueue.Copy(mirror: $0, sync: place, step: $0.canaryStep ?? deadlines.canaryStep)
                    }
                }
            )
        }
    }

    private func giveUp(_ copy: ProofQueue.Copy) {
        ledger.fail(
            copy.mirror.slave,
            .proof,
            "its first pass\(syncs[copy.sync].label) is not over after \(deadlines.firstPass.inWords)",
            hint:
                "--first-pass-timeout sets how long to wait; it goes on by itself, and 'lockstep verify' proves it then"
        )
    }

    /// Asks the master which first passes go on, until none does, the time is over, or the question is given up.
    private func watch(
        _ names: [String],
        _ new: [String],
        _ seconds: Int,
        _ master: RunHost,
        _ connections: RunConnections,
        _ stop: Interruption,
        _ news: ProofNews
    ) async {
        // What keeps the master from answering keeps canaries from being sent as well, and is told of there.
        guard let connection = connections[master.name] else { return news.put(.watchEnded(.over)) }
        await tryAtOnce(new, master, connection)
        var command = Command.script(
            FirstPass(copies: names, seconds: seconds).script,
            privilege: master.privilege,
            // The script ends by itself before that.
            deadline: .seconds(2 * seconds + 60)
        )
        command.collectsOutput = false
        let ending = await withTaskGroup(of: ProofQueue.WatchEnding.self) { [command] group in
            group.addTask {
                let splitter = LineSplitter()
                let saysLate = Mutex(false)
                _ = try? await connection.run(command) { chunk in
                    guard case .standardOutput(let bytes) = chunk else { return }
                    for line in splitter.lines(after: bytes) {
                        if line == "late" { saysLate.withLock { $0 = true } }
                        guard let waiting = FirstPass.waiting(in: line) else { continue }
                        publish(.firstPass(waiting: waiting))
                        news.put(.waiting(waiting))
                    }
                }
                return saysLate.withLock(\.self) ? .goesOn : .over
            }
            group.addTask {
                await stop.wait()
                return .stopped
            }
            let first = await group.next() ?? .over
            group.cancelAll()
            return first
        }
        news.put(.watchEnded(ending))
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
    private func tryAtOnce(_ copies: [String], _ master: RunHost, _ connection: any RemoteHost) async {
        guard !copies.isEmpty else { return }
        let transfers = MirrorTransfers(mirrors: copies)
        // Where it cannot be asked for, the canary waits for the next attempt.
        guard let facts = try? await ask(transfers.facts, master, connection),
            let suspended = try? transfers.suspended(in: facts), !suspended.isEmpty
        else { return }
        let script = MirrorTransfers(mirrors: suspended).wakingScript
        _ = try? await connection.run(
            Command.script(script, privilege: master.privilege, deadline: deadlines.probe)
        )
    }
}
