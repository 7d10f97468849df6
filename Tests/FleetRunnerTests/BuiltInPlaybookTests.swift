import BuiltInPlaybooks
import Inventory
import LockstepTestSupport
import Lsyncd
import Playbooks
import Propagation
import Provisioning
import RemoteHost
import Testing

@testable import FleetRunner

/// What `lockstep up` runs, on a fleet of which nobody has touched a host yet.
@Suite("The built-in playbook", .timeLimit(.minutes(1)))
struct BuiltInPlaybookTests {
    private let modules = ModuleRegistry(ModuleRegistry.general + ModuleRegistry.replication)

    /// What `up` would do with a fleet.
    private func outlook(
        _ inventory: String,
        isolation: Isolation? = nil,
        manager: ServiceManager = .systemd,
        kept: [KeptCopy] = []
    ) throws -> PlaybookOutlook {
        let fleet = try Fleet(Inventory(parsing: inventory, file: "fleet.ini"), localUser: .init(name: "alice"))
        let ofMaster = fleet.master.variables.merging(["bundle": "", "lsyncd_source": ""]) { _, own in own }
        let master = PlaybookHost(name: fleet.master.name, isMaster: true, variables: ofMaster)
        let slaves = fleet.slaves.map { slave in
            let targets = fleet.syncs.flatMap(\.mirrors).filter { $0.slave == slave.name }.map(\.target.text)
            let command = slave.gate.command(targets: targets).joined(separator: "\n")
            let own = [
                "allow_delete": "no", "bundle": "", "sync_from": "", "gate_command": command, "rsync_minimum": "3.0.6",
                "targets": targets.joined(separator: "\n"), "excludes": "", "includes": "",
            ]
            let variables = slave.host.variables.merging(own) { _, own in own }
            return PlaybookHost(name: slave.name, isMaster: false, variables: variables)
        }
        let syncs = fleet.syncs.map { sync in
            RunSync(
                name: sync.name,
                source: sync.source.text,
                mirrors: sync.mirrors.map {
                    RunSync.Mirror(name: $0.name, slave: $0.slave, target: $0.target.text, variables: $0.settings)
                }
            )
        }
        return PlaybookOutlook(
            try Playbook(parsing: BuiltInPlaybooks.up, file: "playbooks/up.ini", modules: modules),
            hosts: ([master] + slaves).map { RunHost($0, privilege: .none) },
            syncs: syncs,
            layout: InstanceLayout(
                of: fleet.syncs.flatMap { sync in
                    sync.mirrors.map { mirror in
                        let (host, target) = (mirror.slave, mirror.target.text)
                        let place = CopyPlace(host: host, address: host, port: "22", user: "root", target: target)
                        return InstanceLayout.Copy(name: mirror.name, source: sync.source.text, place: place)
                    }
                },
                isolation: isolation ?? .perSlave,
                survey: MasterSurvey(
                    keepers: Dictionary(uniqueKeysWithValues: kept.map { ($0.name, $0.keeper) }),
                    copies: kept,
                    budget: InotifyBudget(memory: 1 << 20, limit: 8192, isLimitWritable: true),
                    serviceManager: manager
                ),
                prunes: !kept.isEmpty,
                fleet: FleetIdentity(word: nil, sources: syncs.map(\.source))
            ),
            templates: TemplateLibrary { BuiltInPlaybooks.template(named: $0) }
        )
    }

    private static let inventory = """
        [master]
        hub source=/srv/data
        [slaves]
        edge1 target=/srv/mirror
        edge2 target="/srv/it's a mirror" sync_user=mirror
        edge3 target=/srv/mirror ansible_host=192.0.2.3 ansible_port=2222
        """

    /// The run that a fleet would have.
    private func run(_ outlook: PlaybookOutlook) throws -> (schedule: Schedule, planner: TaskPlanner) {
        let (hosts, items, instances) = (outlook.hosts, outlook.items, outlook.instances)
        let templates = TemplateLibrary { BuiltInPlaybooks.template(named: $0) }
        let planner = try TaskPlanner(instances, scope: outlook.scope, templates: templates)
        return (Schedule(hosts: hosts, items: items, instances: instances, planner: planner, isDryRun: true), planner)
    }

    /// What the plan of a fresh fleet says of each task.
    private func freshPlan(
        _ inventory: String,
        isolation: Isolation? = nil,
        manager: ServiceManager = .systemd
    ) throws -> [TaskReport] {
        let reports = try plan(of: outlook(inventory, isolation: isolation, manager: manager))
        #expect(reports.filter { $0.outcome == .failed || $0.outcome == .skipped } == [])
        return reports
    }

    /// What the plan says of each task where hosts are as new but for what is told of the copies that the master keeps.
    private func plan(of players: PlaybookOutlook, keepers: String = "absent") throws -> [TaskReport] {
        var (schedule, planner) = try run(players)
        let names = players.hosts.map(\.name)
        for host in names {
            let facts = planner.facts[host] ?? FactSet()
            let outputs = facts.snippets.enumerated().map { place, snippet in
                let isKeepers = snippet.kind == KeepersFact.kind
                return (place, isKeepers ? ProbeOutput(text: keepers + "\n") : fresh(snippet.kind, snippet.script))
            }
            schedule.observed(facts.facts(in: Dictionary(uniqueKeysWithValues: outputs)), on: host)
        }
        // The master's key first: what waits for it is known after apply then, not missing.
        for host in (names.dropFirst() + names.prefix(1)) + (names.dropFirst() + names.prefix(1)) {
            _ = schedule.nextStep(for: host)
        }
        let reports = schedule.takeNews().reports
        #expect(reports.count == schedule.instances.count)
        return reports
    }

    /// What a host on which nothing was ever done answers.
    private func fresh(_ kind: String, _ snippet: String) -> ProbeOutput {
        let words = snippet.splitAtLineFeeds().first { $0.hasPrefix("set -- ") }?.dropFirst("set -- ".count) ?? ""
        let arguments = Self.words(words)
        switch kind {
        case FileFact.kind: return ProbeOutput(text: arguments.map { "absent|\($0)\n" }.joined())
        case ServiceFact.kind:
            let units = snippet.splitAtLineFeeds()
            let stopped = "LoadState=not-found\nActiveState=inactive\nUnitFileState=disabled\n"
            let others = units.filter { $0.hasPrefix("echo ") && !$0.contains("=") }
                .map { $0.dropFirst("echo ".count).replacing("'", with: "") }
            let shown = units.first { $0.hasPrefix("systemctl show ") }.map { $0.split(separator: " ").count - 5 } ?? 0
            return ProbeOutput(
                text: others.map { $0.hasPrefix("unit ") ? "\($0)\n\(stopped)" : "\($0)\n" }.joined()
                    + Array(repeating: stopped, count: shown).joined(separator: "\n")
            )
        case SysctlFact.kind:
            return ProbeOutput(text: arguments.map { "setting \($0) writable 128\n" }.joined())
        case PackageFact.kind: return ProbeOutput(text: "apt debian-12-x86_64\n")
        case LsyncdInstallFact.kind: return ProbeOutput(text: "found \n")
        case HostKeysFact.kind: return ProbeOutput(text: "ssh-ed25519 AAAAhost root@host\n")
        case AuthorizedKeysFact.kind: return ProbeOutput(text: "/root\nopen\n")
        case UserFact.kind, SSHKeyFact.kind: return ProbeOutput(text: "absent\n")
        default: return ProbeOutput(text: "")
        }
    }

    /// The words of a line of sh in which nothing but single quotes, and backslashes before them, is special.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = [""]
        var isQuoted = false
        for sign in line {
            switch sign {
            case "'": isQuoted.toggle()
            case " " where !isQuoted: words.append("")
            case "\\" where !isQuoted: words[words.count - 1] += "'"; isQuoted = true
            default: words[words.count - 1].append(sign)
            }
        }
        return words
    }

    @Test("All that it refers to is there, for any sane fleet")
    func references() throws {
        let (_, planner) = try run(outlook(Self.inventory))
        #expect(planner.facts.keys.sorted() == ["edge1", "edge2", "edge3", "hub"])
        _ = try run(outlook("[master]\nhub source=/srv/data\n[slaves]\nedge1 target=/srv/mirror"))
    }

    @Test(
        "The limits of inotify that it sets hold what is laid out, and as much again",
        arguments: [1, 16, 2000],
        [1, 20_000, 300_000]
    )
    func inotifyLimits(count: Int, directories: Int) throws {
        let copies = (1...count).map { InstanceLayout.Copy(name: "edge\($0)", source: "/srv/a") }
        let survey = MasterSurvey(
            directories: ["/srv/a": directories],
            budget: InotifyBudget(memory: 8_000_000, limit: 8192, isLimitWritable: true)
        )
        for isolation in [Isolation.automatic, .perSlave, .shards(1)] {
            let layout = InstanceLayout(of: copies, isolation: isolation, survey: survey)
            let needed = layout.instances.count * directories
            let variables = layout.variables.compactMapValues { Int($0) }
            #expect(try #require(variables["inotify_watches"]) >= 2 * needed)
            #expect(try #require(variables["inotify_watches_needed"]) >= needed)
            // Each lsyncd is one instance.
            #expect(try #require(variables["inotify_instances"]) >= 2 * layout.instances.count)
            #expect(variables["inotify_instances_needed"] == layout.instances.count)
        }
    }

    @Test("On a fresh fleet, its plan is what people were promised, in that order")
    func plan() throws {
        let reports = try freshPlan(Self.inventory)
        let plan = { (host: String, item: String?) in
            reports.filter { $0.host == host && $0.item == item && $0.outcome == .changed }.map(\.summary)
        }
        #expect(
            plan("edge2", "edge2") == ["make /srv/it's a mirror"]
        )
        #expect(
            plan("edge2", nil) == [
                "install rsync", "make /usr/local/lib/lockstep",
                "write /usr/local/lib/lockstep/receive", "let a key that is still to be made log in as mirror",
            ]
        )
        #expect(
            plan("hub", nil) == [
                "make the system user lockstep", "make /etc/lockstep", "make the id /etc/lockstep/id",
                "make the key /etc/lockstep/replication_key",
                "mask lsyncd.service", "install rsync", "make /usr/local/lib/lockstep", "install lsyncd",
                "raise fs.inotify.max_user_watches to 524288", "raise fs.inotify.max_user_instances to 1024",
                "raise fs.inotify.max_queued_events to 1048576", "write /usr/local/lib/lockstep/layer.lua",
                "write /usr/local/lib/lockstep/instance.lua", "write /usr/local/lib/lockstep/rsync",
                "write /etc/systemd/system/lockstep-lsyncd@.service",
                "make /etc/lockstep/lsyncd", "make /etc/lockstep/fleets",
            ]
        )
        #expect(plan("hub", "hub") == ["make /srv/data"])
        #expect(
            plan("hub", "edge2") == [
                "record the keys of edge2 in /etc/lockstep/known_hosts", "write /etc/lockstep/fleets/edge2.lua",
                "write /etc/lockstep/lsyncd/edge2.lua",
                "make /etc/systemd/system/lockstep-lsyncd@edge2.service.d",
                "write /etc/systemd/system/lockstep-lsyncd@edge2.service.d/copies.conf",
                "start lockstep-lsyncd@edge2.service",
            ]
        )
        let later = Set(reports.filter(\.isKnownAfterApply).map(\.task))
        #expect(
            later == [
                "The slaves trust the master", "The master's key opens nothing on the slave but the gate",
                "The slave loses no file that the master does not have",
                "The slaves' rsync is recent enough", "The master's rsync is recent enough",
            ]
        )
    }

    @Test(
        "Where there is no systemd, its plan has what starts services there in the unit's place",
        arguments: [
            (ServiceManager.openrc, ["/etc/init.d/lockstep-lsyncd"]), (.sysvinit, ["/etc/init.d/lockstep-lsyncd"]),
            (.upstart, ["/etc/init/lockstep-lsyncd.conf", "/etc/init/lockstep-lsyncd-all.conf"]),
        ]
    )
    func planWithoutSystemd(manager: ServiceManager, files: [String]) throws {
        let reports = try freshPlan(Self.inventory, manager: manager)
        let summaries = reports.filter { $0.outcome == .changed }.map(\.summary)
        #expect(!summaries.contains { $0.contains("systemd") })
        for file in files + ["/usr/local/lib/lockstep/supervise", "/etc/logrotate.d/lockstep"] {
            #expect(summaries.contains("write \(file)"), "\(file)")
        }
        #expect(summaries.contains("write /etc/lockstep/services/edge2"))
        #expect(summaries.contains("start lockstep-lsyncd@edge2.service"))
    }

    private static let small = "[master]\nhub source=/srv/data\n[slaves]\nedge1 target=/srv/mirror"

    private func kept(_ host: String, of source: String, to target: String, key: String) -> KeptCopy {
        let place = CopyPlace(host: host, address: "192.0.2.9", port: "22", user: "root", target: target)
        return KeptCopy(name: "old", keeper: "old", source: source, place: place, keys: [key])
    }

    @Test(
        "With --prune, what may be a slave's old self ends with its successor's start, or when all have started",
        arguments: [
            ("AAAAhost", ["another takes", "start", "any more"]), ("AAAAother", ["start", "any more"]),
        ]
    )
    func prunedLast(key: String, steps: [String]) throws {
        let old = kept("edge0", of: "/srv/data", to: "/srv/mirror", key: key)
        let players = try outlook(Self.small, kept: [old])
        let reports = try plan(of: players, keepers: "keeper old old")
        let summaries = reports.map(\.summary)
        let told = summaries.compactMap { summary in
            summary.hasPrefix("start lockstep") ? "start" : steps.first { summary.hasSuffix($0) }
        }
        #expect(told == steps, "\(summaries)")
    }

    @Test("Where another inventory has a machine of the slave's name, the host keys that are known by it stay")
    func sameName() throws {
        let kept = kept("edge1", of: "/srv/docs", to: "/srv/docs", key: "AAAAother")
        let reports = try plan(of: outlook(Self.small, kept: [kept]), keepers: "keeper old old")
        #expect(reports.filter { $0.outcome == .failed }.map(\.module) == ["sole-writer"])
        #expect(reports.filter { $0.module == "known-hosts" }.map(\.outcome) == [.skipped])
    }

    @Test("Several directories: each is made once, and has a service for each slave that it goes to")
    func severalDirectories() throws {
        let reports = try freshPlan(
            """
            [master]
            hub
            [slaves]
            edge1
            edge2
            [sync:docs]
            source = /srv/docs
            target = /srv/docs
            [sync:data]
            source = /srv/data
            target = /srv/data
            to     = edge2
            """
        )
        let plan = reports.filter { $0.outcome == .changed && $0.item != nil }.map { report in
            "\(report.host) for \(report.item ?? ""): \(report.summary)"
        }
        #expect(
            plan.sorted() == [
                "edge1 for docs@edge1: make /srv/docs",
                "edge2 for data@edge2: make /srv/data",
                "edge2 for docs@edge2: make /srv/docs",
                "hub for [sync:data]: make /srv/data",
                "hub for [sync:docs]: make /srv/docs",
                "hub for data@edge2: make /etc/systemd/system/lockstep-lsyncd@data@edge2.service.d",
                "hub for data@edge2: start lockstep-lsyncd@data@edge2.service",
                "hub for data@edge2: write /etc/lockstep/fleets/data@edge2.lua",
                "hub for data@edge2: write /etc/lockstep/lsyncd/data@edge2.lua",
                "hub for data@edge2: write /etc/systemd/system/lockstep-lsyncd@data@edge2.service.d/copies.conf",
                "hub for docs@edge1: make /etc/systemd/system/lockstep-lsyncd@docs@edge1.service.d",
                "hub for docs@edge1: start lockstep-lsyncd@docs@edge1.service",
                "hub for docs@edge1: write /etc/lockstep/fleets/docs@edge1.lua",
                "hub for docs@edge1: write /etc/lockstep/lsyncd/docs@edge1.lua",
                "hub for docs@edge1: write /etc/systemd/system/lockstep-lsyncd@docs@edge1.service.d/copies.conf",
                "hub for docs@edge2: make /etc/systemd/system/lockstep-lsyncd@docs@edge2.service.d",
                "hub for docs@edge2: start lockstep-lsyncd@docs@edge2.service",
                "hub for docs@edge2: write /etc/lockstep/fleets/docs@edge2.lua",
                "hub for docs@edge2: write /etc/lockstep/lsyncd/docs@edge2.lua",
                "hub for docs@edge2: write /etc/systemd/system/lockstep-lsyncd@docs@edge2.service.d/copies.conf",
                "hub for edge1: record the keys of edge1 in /etc/lockstep/known_hosts",
                "hub for edge2: record the keys of edge2 in /etc/lockstep/known_hosts",
            ]
        )
    }

    @Test("Copies that share an lsyncd have their own settings and one service, which comes after them all")
    func shared() throws {
        let reports = try freshPlan(Self.inventory, isolation: .shards(2))
        let changes = reports.filter { $0.outcome == .changed }
        let plan = changes.filter { $0.host == "hub" && $0.item != nil && $0.item != "hub" }.map {
            "\($0.item ?? ""): \($0.summary)"
        }
        #expect(
            plan.suffix(6) == [
                "_shared-1: make /etc/systemd/system/lockstep-lsyncd@_shared-1.service.d",
                "_shared-1: write /etc/systemd/system/lockstep-lsyncd@_shared-1.service.d/copies.conf",
                "_shared-1: start lockstep-lsyncd@_shared-1.service",
                "_shared-2: make /etc/systemd/system/lockstep-lsyncd@_shared-2.service.d",
                "_shared-2: write /etc/systemd/system/lockstep-lsyncd@_shared-2.service.d/copies.conf",
                "_shared-2: start lockstep-lsyncd@_shared-2.service",
            ]
        )
        let settings = plan.filter { $0.contains("write /etc/lockstep/lsyncd/") }
        #expect(settings.sorted() == (1...3).map { "edge\($0): write /etc/lockstep/lsyncd/edge\($0).lua" })
        #expect(plan.count { $0.contains(": start ") } == 2)
    }

    @Test("It asks nothing of a slave but what a slave can have")
    func hostsOfTasks() throws {
        let playbook = try Playbook(parsing: BuiltInPlaybooks.up, file: "playbooks/up.ini", modules: modules)
        #expect(playbook.tasks.allSatisfy { $0.hosts != .all })
        #expect(playbook.tasks.allSatisfy { $0.hosts == .master || $0.loop == nil || $0.loop == .mirrors })
        #expect(Set(playbook.tasks.map(\.title)).count == playbook.tasks.count)
    }

    @Test("No lsyncd lets go of a copy before each check of that copy has succeeded")
    func checksBeforeHandovers() throws {
        let playbook = try Playbook(parsing: BuiltInPlaybooks.up, file: "playbooks/up.ini", modules: modules)
        let checks = playbook.tasks.filter { task in
            task.hosts == .master && (task.loop == .mirrors || task.loop == .hosts(.slaves))
                && (task.module is GateCheckModule.Type || task.module is DeleteGuardModule.Type
                    || task.arguments["validate"] != nil)
        }
        #expect(checks.count == 3)
        let handovers = playbook.tasks.filter { $0.loop == .handovers }
        #expect(handovers.map(\.after) == [checks.map(\.title)])
        // All others let go only of what nobody wants, or of what another takes the place of.
        let others = playbook.tasks.filter { $0.module is HandoverModule.Type && $0.loop != .handovers }
        #expect(others.allSatisfy { $0.arguments["moves"]?.pieces == [.text("no")] })
    }

    @Test("Every template that it names is in the binary, and every one in the binary is named")
    func templates() throws {
        let playbook = try Playbook(parsing: BuiltInPlaybooks.up, file: "playbooks/up.ini", modules: modules)
        let named = playbook.tasks.flatMap { task in
            ["src", "guard"].compactMap { key -> String? in
                guard case .text(let name) = task.arguments[key]?.pieces.first else { return nil }
                return name
            }
        }
        #expect(Set(named) == BuiltInPlaybooks.templateNames)
    }
}
