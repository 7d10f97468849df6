import Inventory

/// What both programs are asked about an inventory.
enum AnsibleAnswerKind: Hashable, CaseIterable {
    /// `--list`.
    case list
    /// `--graph`.
    case graph
    /// `--host alpha`.
    case alpha

    /// The question as Ansible takes it.
    func question(about sources: [String]) -> Ansible.Question {
        switch self {
        case .list: Ansible.Question(sources: sources)
        case .graph: Ansible.Question(sources: sources, graph: true)
        case .alpha: Ansible.Question(sources: sources, host: "alpha")
        }
    }

    /// Lockstep's own answer.
    func answer(about sources: [String]) throws -> Ansible.Answer {
        let inventory: Inventory
        do throws(InventoryErrors) {
            inventory = try Inventory(reading: sources)
        } catch {
            return .refused(error.description)
        }
        switch self {
        case .list: return .text(inventory.listJSON())
        case .graph: return .text(inventory.graph())
        case .alpha:
            guard let host = inventory.host(named: "alpha") else { return .refused("no host alpha") }
            return .text(inventory.hostJSON(host))
        }
    }
}
