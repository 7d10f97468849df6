import Lsyncd
import Playbooks
import Provisioning

extension InstanceLayout {
    /// What playbooks may refer to on the master.
    var variables: [String: String] {
        let needed = watches ?? InotifyBudget.usualNeed
        return [
            "service_manager": serviceManager.rawValue,
            "service_file": serviceManager == .systemd
                ? "/etc/systemd/system/lockstep-lsyncd@.service" : "/usr/local/lib/lockstep/supervise",
            "keepers": instances.map(\.line).joined(separator: "\n"),
            "kept": keepers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n"),
            "pruned": pruned.joined(separator: "\n"),
            "pruned_last": others.endingLast.joined(separator: "\n"),
            "prunes_last": others.endingLast.isEmpty ? "no" : "yes",
            "inotify_watches": String(InotifyBudget.limit(for: needed)),
            "inotify_watches_needed": String(needed),
            "inotify_instances": String(InotifyBudget.instanceLimit(for: instances.count)),
            "inotify_instances_needed": String(max(instances.count, 1)),
        ]
    }

    /// What playbooks may refer to on the master of a fleet that mirrors these directories.
    func variables(mirroring syncs: [RunSync]) -> [String: String] {
        variables.merging([
            "fleet_word": fleet?.word ?? "",
            "fleet_sources": syncs.map(\.source).joined(separator: "\n"),
            "other_copies": others.inTheWay.map(\.line).joined(separator: "\n"),
            "kept_targets": others.keptTargets.joined(separator: "\n"),
            "former_copies": others.successors.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                .joined(separator: "\n"),
            // Of the slaves, a task learns it; an lsyncd that several copies share has none.
            "former_by_keys": "",
        ]) { _, new in new }
    }

    /// What playbooks may refer to on a slave that has copies of these directories.
    func variables(of slave: PlaybookHost, _ syncs: [RunSync]) -> [String: String] {
        let mirrors = syncs.flatMap(\.mirrors).filter { $0.slave == slave.name }
        return [
            "copies_here": mirrors.map { "\($0.name) \(instance(of: $0.name)?.name ?? $0.name) \($0.target)" }
                .joined(separator: "\n"),
            "former_targets": (others.formerTargets[slave.name] ?? []).joined(separator: "\n"),
            // rsync's own gate takes one directory, Lockstep's as many as there are.
            "gate_directories": slave.variables["gate"] == "rrsync" ? "one" : "add",
        ]
    }

    /// What playbooks' loops run over: what lsyncd hand over, and those that several copies share.
    func sharedItems(master: String) -> [PlaybookItem] {
        handovers.map { handover in
            PlaybookItem(
                name: handover.itemName,
                kind: .handover,
                host: master,
                variables: handover.variables,
                handover: handover.itemName,
                conditions: HandoverConditions(
                    shared: handover.shared,
                    arriving: handover.arriving,
                    staying: handover.staying
                )
            )
        }
            + instances.filter(\.isShared).map { instance in
                PlaybookItem(
                    name: instance.name,
                    kind: .sharedInstance,
                    host: master,
                    variables: variables(of: instance),
                    handover: handover(of: instance)?.itemName
                )
            }
    }
    /// What playbooks may refer to of an lsyncd.
    func variables(of instance: Instance) -> [String: String] {
        let names = instance.copies.map(\.name)
        let place = place(of: instance)
        return [
            "instance": instance.name,
            "service_directory": place.directory,
            "service_settings": place.file,
            "copy_names": names.joined(separator: " "),
            "copies": "LOCKSTEP_COPIES=" + names.joined(separator: " "),
            "sources": instance.copies.sources.joined(separator: "\n"),
            "run_directories": names.map { "lockstep/\($0)" }.joined(separator: "\n"),
            "settings": names.map(Self.settings).joined(separator: "\n"),
        ]
    }
}

extension InstanceLayout.Handover {
    /// Its name as an item; in brackets, as no host or copy can be called.
    var itemName: String { "[handover:\(shared.first ?? "")]" }

    /// What playbooks may refer to of it.
    var variables: [String: String] {
        [
            "keepers": instances.map(\.line).joined(separator: "\n"),
            "leaving": leaving.joined(separator: "\n"),
            "displaced": displaced.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: "\n"),
        ]
    }
}

extension InstanceLayout.Instance {
    /// Its name and those of its copies, as `handover` takes them.
    fileprivate var line: String { ([name] + copies.map(\.name)).joined(separator: " ") }
}
