import Lsyncd
import Playbooks

extension InstanceLayout {
    /// What playbooks may refer to on the master.
    var variables: [String: String] {
        let keepers = instances.map { ([$0.name] + $0.copies.map(\.name)).joined(separator: " ") }
        let needed = watches ?? InotifyBudget.usualNeed
        return [
            "keepers": keepers.joined(separator: "\n"),
            "inotify_watches": String(InotifyBudget.limit(for: needed)),
            "inotify_watches_needed": String(needed),
        ]
    }

    /// What playbooks' loops run over: the lsyncd that several copies share.
    func sharedItems(master: String) -> [PlaybookItem] {
        instances.filter(\.isShared).map { instance in
            PlaybookItem(name: instance.name, kind: .sharedInstance, host: master, variables: instance.variables)
        }
    }
}

extension InstanceLayout.Instance {
    /// What playbooks may refer to of an lsyncd.
    var variables: [String: String] {
        let names = copies.map(\.name)
        return [
            "instance": name,
            "copies": "LOCKSTEP_COPIES=" + names.joined(separator: " "),
            "sources": copies.sources.joined(separator: "\n"),
            "run_directories": names.map { "lockstep/\($0)" }.joined(separator: "\n"),
            "settings": names.map { "/etc/lockstep/lsyncd/\($0).lua" }.joined(separator: "\n"),
        ]
    }
}
