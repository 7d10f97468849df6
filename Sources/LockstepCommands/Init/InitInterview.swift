import INIFile
import Inventory

/// The questions of which a first inventory is made.
///
/// The draft is an inventory without faults after every answer, as far as it is known: an answer that would make it
/// another is refused, with the words in which the inventory would be.
struct InitInterview: Interview {
    /// What is known.
    private(set) var draft = InventoryDraft()
    private var stage = Stage.master
    /// The answer that is thought over again.
    private var former: String?
    private let read: FleetReading

    private enum Stage: Hashable {
        case master, masterAddress, user, key, become, source, slave, slaveAddress, target, ownTarget(Int), done
    }

    /// Begins with nothing known.
    ///
    /// - Parameter read: makes the fleet of an inventory.
    init(reading read: @escaping FleetReading) {
        self.read = read
    }

    var question: InitQuestion? {
        switch stage {
        case .master: ask(.master, "The master's name", or: draft.master?.name)
        case .masterAddress:
            ask(.masterAddress, "Address of \(masterName)", or: draft.master?.address ?? masterName)
        case .user: ask(.user, "Login user", or: draft.user ?? Self.bySSH)
        case .key: ask(.key, "Private key file", or: draft.privateKeyFile ?? Self.bySSH)
        case .become: ask(.become, "Become root by none, sudo or doas", or: draft.become?.rawValue ?? "none")
        case .source: ask(.source, "Directory on \(masterName) to mirror", or: draft.source)
        case .slave where draft.slaves.isEmpty:
            ask(.slave, "A slave's name, or a range such as edge[1:9]", or: former)
        case .slave:
            ask(.slave, former == nil ? "The next slave" : "The next slave, or 'no more'", or: former ?? "no more")
        case .slaveAddress:
            ask(.slaveAddress, "Address of \(lastSlave)", or: draft.slaves.last?.address ?? lastSlave)
        case .target where draft.slaves.count == 1: ask(.target, "Directory on \(lastSlave)", or: standardTarget)
        case .target:
            ask(.target, "Directory on every slave, or 'each' to name them one by one", or: standardTarget)
        case .ownTarget(let index):
            ask(.ownTarget(draft.slaves[index].name), "Directory on \(draft.slaves[index].name)", or: standardTarget)
        case .done: nil
        }
    }

    mutating func answer(_ text: String) throws(DraftFault) -> HostInspection? {
        switch stage {
        case .master: try answerMaster(text)
        case .masterAddress:
            if !text.isEmpty { try take { draft throws(DraftFault) in try draft.master?.reach(at: text) } }
            stage = .user
        case .user:
            if !text.isEmpty { try take { $0.user = text == Self.bySSH ? nil : text } }
            stage = .key
        case .key:
            if !text.isEmpty { try take { $0.privateKeyFile = text == Self.bySSH ? nil : text } }
            // Who logs in as root becomes nobody.
            if draft.user != "root" {
                stage = .become
                return nil
            }
            draft.become = nil
            stage = .source
            return inspection(of: draft.master)
        case .become:
            try answerBecome(text)
            stage = .source
            return inspection(of: draft.master)
        case .source:
            guard let source = text.isEmpty ? draft.source : text else {
                throw DraftFault("a directory was expected", hint: "its absolute path, such as /srv/site")
            }
            try take { $0.source = source }
            stage = .slave
            return inspection(of: draft.master, directory: source)
        case .slave: return try answerSlave(text)
        case .slaveAddress:
            if !text.isEmpty {
                try take { draft throws(DraftFault) in try draft.slaves[draft.slaves.count - 1].reach(at: text) }
            }
            stage = .slave
            return inspection(of: draft.slaves.last)
        case .target: try answerTarget(text)
        case .ownTarget(let index):
            guard let path = text.isEmpty ? standardTarget : text else {
                throw DraftFault("a directory was expected", hint: "its absolute path, such as /srv/site")
            }
            let own = InventoryDraft.OwnTarget(name: draft.slaves[index].name, path: path)
            try take { $0.ownTargets.append(own) }
            askForNextOwnTarget()
        case .done: break
        }
        return nil
    }

    var takesOwnTargets: Bool { stage == .target }

    mutating func takeOwnTarget(_ text: String) throws(DraftFault) {
        let own = try DraftFault.ownTarget(text)
        let names = draft.slaves.flatMap { [$0.name] + $0.names }
        guard names.contains(own.name) else {
            let near = nearestName(to: own.name, among: names).map { "did you mean '\($0)'?" }
            throw DraftFault("there is no slave '\(own.name)'", hint: near)
        }
        if draft.ownTargets.contains(where: { $0.name == own.name }) {
            throw DraftFault("'\(own.name)' is given two directories")
        }
        try take { $0.ownTargets.append(own) }
        if stage == .target, draft.slavesWithoutOwnTarget.isEmpty { stage = .done }
    }

    mutating func reconsider() {
        switch stage {
        case .slave where !draft.slaves.isEmpty:
            // Without its address, which is asked for again.
            former = draft.slaves.removeLast().name
        case .slave: stage = .source
        default: stage = .master
        }
    }

    // MARK: - Answers

    private mutating func answerMaster(_ text: String) throws(DraftFault) {
        if text.isEmpty, draft.master != nil {
            stage = .masterAddress
            return
        }
        guard !text.isEmpty else { throw DraftFault("a name was expected", hint: "such as hub, or hub=192.0.2.10") }
        let master = try DraftHost(parsing: text)
        guard master.names.count == 1 else {
            throw DraftFault("'\(text)' stands for \(master.names.count) hosts; there is one master")
        }
        try take { $0.master = master }
        stage = text.contains("=") ? .user : .masterAddress
    }

    private mutating func answerBecome(_ text: String) throws(DraftFault) {
        if text.isEmpty { return }
        let method = FleetHost.Become.Method(rawValue: text)
        guard method != nil || text == "none" else {
            let words = ["none"] + FleetHost.Become.Method.allCases.map(\.rawValue)
            let near = nearestName(to: text, among: words).map { "did you mean '\($0)'?" }
            throw DraftFault("none, sudo or doas was expected, not \(quoted(text))", hint: near)
        }
        try take { $0.become = method }
    }

    private mutating func answerSlave(_ text: String) throws(DraftFault) -> HostInspection? {
        let text = text.isEmpty ? former ?? "" : text
        if text.isEmpty || text == "no more" {
            guard !draft.slaves.isEmpty else { throw DraftFault("a slave is needed", hint: "such as edge1=192.0.2.11") }
            stage = .target
            return nil
        }
        let slave = try DraftHost(parsing: text)
        try take { $0.slaves.append(slave) }
        former = nil
        guard text.contains("=") else {
            stage = .slaveAddress
            return nil
        }
        return inspection(of: slave)
    }

    private mutating func answerTarget(_ text: String) throws(DraftFault) {
        if text == "each", draft.slaves.count > 1 {
            askForNextOwnTarget()
            return
        }
        guard let target = text.isEmpty ? standardTarget : text else {
            throw DraftFault("a directory was expected", hint: "its absolute path, such as /srv/site")
        }
        try take { $0.target = target }
        stage = .done
    }

    private mutating func askForNextOwnTarget() {
        let next = draft.slavesWithoutOwnTarget.first.flatMap { draft.slaves.firstIndex(of: $0) }
        stage = next.map { .ownTarget($0) } ?? .done
    }

    /// Changes the draft, unless that makes it an inventory with faults.
    private mutating func take(_ change: (inout InventoryDraft) throws(DraftFault) -> Void) throws(DraftFault) {
        var next = draft
        try change(&next)
        if let fault = next.fault(read) { throw fault }
        draft = next
    }

    // MARK: - Words

    private static let bySSH = "as ssh does"

    private var masterName: String { draft.master?.name ?? "" }
    private var lastSlave: String { draft.slaves.last?.name ?? "" }

    /// The directory to propose: the one of the slave before, or the master's, where slaves may have that.
    private var standardTarget: String? {
        [draft.ownTargets.last?.path, draft.source].compactMap(\.self).first { path in
            var next = draft
            next.target = path
            return next.fault(read) == nil
        }
    }

    private func ask(_ topic: InitQuestion.Topic, _ text: String, or standard: String?) -> InitQuestion {
        InitQuestion(topic: topic, text: text, standard: standard)
    }

    private func inspection(of host: DraftHost?, directory: String? = nil) -> HostInspection? {
        host.map { HostInspection(inventory: draft.completed.text, names: $0.names, directory: directory) }
    }
}
