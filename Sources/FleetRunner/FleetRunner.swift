package import Lsyncd
package import Playbooks
package import Propagation
import Provisioning
package import RemoteHost

/// A playbook run on a fleet: every host looked at, planned, changed where it must be, and each copy proven.
package struct FleetRunner: Sendable {
    /// What a run does.
    package enum Verb: String, Sendable, Hashable {
        /// Looks and plans; changes nothing.
        case plan
        /// Makes the fleet as the playbook wants it.
        case up
        /// Proves that canaries arrive; changes nothing else.
        case verify
    }

    /// How a run goes about it.
    package struct Settings: Sendable {
        /// What is done.
        package var verb: Verb
        /// How many hosts are worked on at the same time.
        package var forks: Int
        /// Whether canaries are sent.
        package var proves: Bool
        /// How long things may take.
        package var deadlines: RunDeadlines
        /// Who runs it, for others who meet the lock: "alice@laptop, pid 17".
        package var owner: String
        /// The file on the master that the run locks.
        package var lockFile: String
        /// The file on every host that its scripts of changes lock.
        package var changesFile: String
        /// Whether the tasks need root's rights on every host, so that a login without them is told of before any change.
        package var needsRoot: Bool

        /// Makes settings.
        package init(
            verb: Verb,
            forks: Int = 64,
            proves: Bool,
            deadlines: RunDeadlines = RunDeadlines(),
            owner: String,
            lockFile: String = "/run/lockstep.lock",
            changesFile: String = ChangeLock.standardFile,
            needsRoot: Bool = false
        ) {
            self.verb = verb
            self.forks = forks
            self.proves = proves
            self.deadlines = deadlines
            self.owner = owner
            self.lockFile = lockFile
            self.changesFile = changesFile
            self.needsRoot = needsRoot
        }
    }

    private let hosts: [RunHost]
    private let syncs: [RunSync]
    private let layout: InstanceLayout
    private let outlook: PlaybookOutlook
    private let planner: TaskPlanner
    private let connector: any RemoteHostConnector
    private let settings: Settings
    private let interruption: Interruption
    private let publish: @Sendable (RunEvent) -> Void

    /// Makes a run; all that can be wrong with the playbook is found here, before any host is touched.
    ///
    /// - Parameters:
    ///   - hosts: the fleet, the master first.
    ///   - syncs: what is mirrored, from the master to which of the hosts.
    ///   - layout: which lsyncd keeps which copy; none gives each its own.
    ///   - playbook: the tasks; an empty one when only canaries are sent.
    ///   - templates: the templates that tasks may name.
    ///   - connector: opens the connections.
    ///   - interruption: ends the run early, and in order.
    ///   - publish: is told of everything that happens, from any thread.
    package init(
        hosts: [RunHost],
        syncs: [RunSync] = [],
        layout: InstanceLayout? = nil,
        playbook: Playbook,
        templates: TemplateLibrary,
        connector: any RemoteHostConnector,
        settings: Settings,
        interruption: Interruption,
        publish: @escaping @Sendable (RunEvent) -> Void
    ) throws(PlaybookError) {
        self.hosts = hosts
        self.syncs = syncs
        self.layout = layout ?? InstanceLayout(of: syncs.flatMap(\.copies))
        outlook = PlaybookOutlook(playbook, hosts: hosts, syncs: syncs, layout: layout, templates: templates)
        planner = try TaskPlanner(outlook.instances, scope: outlook.scope, templates: templates)
        self.connector = connector
        self.settings = settings
        self.interruption = interruption
        self.publish = publish
    }

    /// Runs, and tells how every host came out.
    package func run() async -> RunSummary {
        let clock = ContinuousClock()
        let start = clock.now
        let names = hosts.map(\.name)
        publish(.started(verb: settings.verb.rawValue, hosts: names, tasks: outlook.instances.count))

        let ledger = Ledger(hosts: names)
        let schedule = Schedule(
            hosts: outlook.hosts,
            items: outlook.items,
            instances: outlook.instances,
            planner: planner,
            isDryRun: settings.verb == .plan
        )
        let master = hosts.first(where: \.isMaster)?.name
        let news = ProofNews(CopyReadiness(of: syncs, keptBy: layout, master: master, outlook.instances))
        let board = Board(schedule, hosts: names) { [publish] report in
            ledger.count(report)
            publish(.task(report))
            news.settled(report)
        }
        let lock = RunLock(owner: settings.owner, file: settings.lockFile, changesFile: settings.changesFile)
        let changeLock = ChangeLock(
            file: settings.changesFile,
            owner: settings.owner,
            patience: max(1, Int(settings.deadlines.change.inSeconds))
        )
        let connections = RunConnections(of: names, onOpen: news.opened)
        let window = ForkWindow(places: settings.forks)

        await withTaskGroup { group in
            for host in hosts {
                let work = HostWork(
                    host: host,
                    facts: planner.facts[host.name] ?? FactSet(),
                    board: board,
                    window: window,
                    lock: lock,
                    changeLock: changeLock,
                    isChanging: settings.verb != .verify,
                    interruption: interruption,
                    deadlines: settings.deadlines,
                    needsRoot: settings.needsRoot,
                    publish: publish
                )
                let visit = HostVisit(
                    work: work,
                    connections: connections,
                    ledger: ledger,
                    isProving: settings.proves
                ) {
                    if host.isMaster { news.put(.sessionRefused) }
                }
                group.addTask { await visit.run(by: connector) }
            }
            async let _ = watchInterruption(board)
            async let holding: Void = lock.serve()
            async let proving: Void = prove(news, over: connections, ledger)
            await connections.waitUntilSettled()
            // All changes are made: others need not wait for first passes and canaries.
            lock.release()
            await holding
            news.put(.changesEnded)
            await proving
            connections.close()
            await group.waitForAll()
        }
        let summary = ledger.summary(
            seconds: (clock.now - start).inSeconds,
            isProving: settings.proves,
            isInterrupted: interruption.isRequested
        )
        for host in summary.hosts { publish(.host(host)) }
        publish(.finished(summary))
        return summary
    }

    /// Sends canaries to copies as they become ready, where that was asked for.
    private func prove(_ news: ProofNews, over connections: RunConnections, _ ledger: Ledger) async {
        guard settings.proves else { return }
        let stage = ProofStage(
            hosts: hosts,
            syncs: syncs,
            deadlines: settings.deadlines,
            interruption: interruption,
            ledger: ledger,
            publish: publish
        )
        await stage.run(news, over: connections)
    }

    /// Tells the board when the run is to end early, for as long as it is not cancelled.
    private func watchInterruption(_ board: Board) async {
        await interruption.wait()
        guard interruption.isRequested else { return }
        publish(.interrupted)
        await board.interrupt()
    }
}
