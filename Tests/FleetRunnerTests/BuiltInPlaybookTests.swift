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
    private let modules = ModuleRegistry(ModuleRegistry.general + [DeleteGuardModule.self])

    private func fleet(_ inventory: String) throws -> [PlaybookHost] {
        let fleet = try Fleet(Inventory(parsing: inventory, file: "fleet.ini"), localUser: .init(name: "alice"))
        let master = PlaybookHost(name: fleet.master.name, isMaster: true, variables: fleet.master.variables)
        return [master]
            + fleet.slaves.map { slave in
                let variables = slave.host.variables.merging(["allow_delete": "no"]) { own, _ in own }
                return PlaybookHost(name: slave.name, isMaster: false, variables: variables)
            }
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
    private func run(_ hosts: [PlaybookHost]) throws -> (schedule: Schedule, prober: TaskProber) {
        let playbook = try Playbook(parsing: BuiltInPlaybooks.up, file: "playbooks/up.ini", modules: modules)
        let instances = playbook.instances(for: hosts)
        let prober = try TaskProber(
            instances,
            scope: VariableScope(hosts: hosts, instances: instances),
            templates: TemplateLibrary { BuiltInPlaybooks.template(named: $0) }
        )
        return (Schedule(hosts: hosts, instances: instances, prober: prober, isDryRun: true), prober)
    }

    /// What a host on which nothing was ever done answers to a probe.
    private func fresh(_ snippet: String) -> ProbeOutput {
        if snippet.contains("/etc/ssh") { return ProbeOutput(text: "ssh-ed25519 AAAAhost root@host\n") }
        if snippet.contains("getent passwd") { return ProbeOutput(text: "/root\n") }
        if snippet.contains("/proc/sys/") { return ProbeOutput(text: "128\nwritable\n") }
        if snippet.contains("dpkg-query") { return ProbeOutput(status: 1, text: "") }
        if snippet.contains("systemctl show") {
            return ProbeOutput(text: "LoadState=not-found\nActiveState=inactive\nUnitFileState=\nNeedDaemonReload=no\n")
        }
        return ProbeOutput(text: "absent\n")
    }

    @Test("All that it refers to is there, for any sane fleet")
    func references() throws {
        let (_, prober) = try run(fleet(Self.inventory))
        #expect(prober.snippets.keys.sorted() == ["edge1", "edge2", "edge3", "hub"])
        _ = try run(fleet("[master]\nhub source=/srv/data\n[slaves]\nedge1 target=/srv/mirror"))
    }

    @Test("On a fresh fleet, its plan is what people were promised, in that order")
    func plan() throws {
        let hosts = try fleet(Self.inventory)
        var (schedule, prober) = try run(hosts)
        for host in hosts.map(\.name) {
            let outputs = (prober.snippets[host] ?? []).enumerated().map { ($0.offset, fresh($0.element)) }
            schedule.observed(HostObservations(outputs: Dictionary(uniqueKeysWithValues: outputs)), on: host)
        }
        // The master's key first: what waits for it is known after apply then, not missing.
        for host in ["edge1", "edge2", "edge3", "hub", "edge1", "edge2", "edge3", "hub"] {
            _ = schedule.nextStep(for: host)
        }
        let reports = schedule.takeNews().reports
        #expect(reports.count == schedule.instances.count)
        #expect(reports.filter { $0.outcome == .failed || $0.outcome == .skipped } == [])
        let plan = { (host: String, item: String?) in
            reports.filter { $0.host == host && $0.item == item && $0.outcome == .changed }.map(\.summary)
        }
        #expect(
            plan("edge2", nil) == [
                "install rsync", "make /srv/it's a mirror", "make /usr/local/lib/lockstep",
                "write /usr/local/lib/lockstep/receive", "let a key that is still to be made log in as mirror",
            ]
        )
        #expect(
            plan("hub", nil) == [
                "make the system user lockstep", "make /etc/lockstep", "make the key /etc/lockstep/replication_key",
                "mask lsyncd.service", "install rsync, lsyncd", "raise fs.inotify.max_user_watches to 524288",
                "raise fs.inotify.max_user_instances to 1024", "raise fs.inotify.max_queued_events to 1048576",
                "make /srv/data", "make /usr/local/lib/lockstep", "write /usr/local/lib/lockstep/layer.lua",
                "write /usr/local/lib/lockstep/rsync", "write /etc/systemd/system/lockstep-lsyncd@.service",
                "make /etc/lockstep/lsyncd",
            ]
        )
        #expect(
            plan("hub", "edge2") == [
                "record the keys of edge2 in /etc/lockstep/known_hosts", "write /etc/lockstep/lsyncd/edge2.lua",
                "start lockstep-lsyncd@edge2.service",
            ]
        )
        let later = Set(reports.filter(\.isKnownAfterApply).map(\.task))
        #expect(later == ["The slaves trust the master", "The slave loses no file that the master does not have"])
    }

    @Test("It asks nothing of a slave but what a slave can have")
    func hostsOfTasks() throws {
        let playbook = try Playbook(parsing: BuiltInPlaybooks.up, file: "playbooks/up.ini", modules: modules)
        #expect(playbook.tasks.allSatisfy { $0.hosts != .all })
        #expect(playbook.tasks.allSatisfy { $0.loop == nil || ($0.loop == .hosts(.slaves) && $0.hosts == .master) })
        #expect(Set(playbook.tasks.map(\.title)).count == playbook.tasks.count)
    }

    @Test("Every template that it names is in the binary, and every one in the binary is named")
    func templates() throws {
        let playbook = try Playbook(parsing: BuiltInPlaybooks.up, file: "playbooks/up.ini", modules: modules)
        let named = playbook.tasks.compactMap { task -> String? in
            guard case .text(let name) = task.arguments["src"]?.pieces.first else { return nil }
            return name
        }
        #expect(Set(named) == BuiltInPlaybooks.templateNames)
    }
}
