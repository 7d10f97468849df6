import Lsyncd
import Playbooks
import Provisioning

extension InstanceLayout {
    /// What playbooks may refer to on the master.
    var variables: [String: String] {
        let keepers = instances.map { ([$0.name] + $0.copies.map(\.name)).joined(separator: " ") }
        let needed = watches ?? InotifyBudget.usualNeed
        return [
            "service_manager": serviceManager.rawValue,
            "service_file": serviceManager == .systemd
                ? "/etc/systemd/system/lockstep-lsyncd@.service" : "/usr/local/lib/lockstep/supervise",
            "keepers": keepers.joined(separator: "\n"),
            "pruned": pruned.joined(separator: "\n"),
            "inotify_watches": String(InotifyBudget.limit(for: needed)),
            "inotify_watches_needed": String(needed),
            "inotify_instances": String(InotifyBudget.instanceLimit(for: instances.count)),
            "inotify_instances_needed": String(max(instances.count, 1)),
        ]
    }

    /// What playbooks' loops run over: the lsyncd that several copies share.
    func sharedItems(master: String) -> [PlaybookItem] {
        instances.filter(\.isShared).map { instance in
            PlaybookItem(
                name: instance.name,
                kind: .sharedInstance,
                host: master,
                variables: variables(of: instance)
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
