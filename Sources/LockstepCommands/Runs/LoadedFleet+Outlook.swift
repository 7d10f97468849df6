import FleetRunner
import Playbooks

extension LoadedFleet {
    /// What `lockstep up` would do on some hosts of the fleet, as far as that is known before any was reached.
    func outlook(of hosts: [RunHost]) throws -> PlaybookOutlook {
        let playbook: Playbook
        do throws(PlaybookErrors) {
            playbook = try .up
        } catch {
            throw CommandFailure(error)
        }
        return PlaybookOutlook(playbook, hosts: hosts, syncs: syncs, layout: layout(), templates: .builtIn)
    }
}
