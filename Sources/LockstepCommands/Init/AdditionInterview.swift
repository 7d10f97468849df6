import INIFile
import Inventory

/// The questions about slaves that are added to an inventory.
///
/// With every slave that is taken, the file with its lines added is an inventory without faults.
struct AdditionInterview: Interview {
    /// The file and what is added.
    private(set) var addition: InventoryAddition
    private var stage = Stage.slave
    /// The slave that is being asked about.
    private var slave: DraftHost?
    /// The name that is thought over again.
    private var former: String?
    private var ownTargets: [InventoryDraft.OwnTarget] = []
    private let read: FleetReading

    private enum Stage: Hashable {
        case slave, slaveAddress, target, done
    }

    /// Begins with nothing added.
    ///
    /// - Throws: what is wrong with the file as it is; too few slaves are no fault here.
    init(to addition: InventoryAddition, reading read: @escaping FleetReading) throws(InventoryErrors) {
        self.addition = addition
        self.read = read
        do throws(InventoryErrors) {
            _ = try read(addition.inventory)
        } catch {
            if error.errors.contains(where: { $0.code != .badRole }) { throw error }
        }
    }

    var question: InitQuestion? {
        let name = slave?.name ?? ""
        switch stage {
        case .slave where !addition.lines.isEmpty:
            return InitQuestion(topic: .addedSlave, text: "The next slave", standard: former ?? "no more")
        case .slave:
            let text = "The new slave's name, or a range such as edge[4:6]"
            return InitQuestion(topic: .addedSlave, text: text, standard: former)
        case .slaveAddress:
            return InitQuestion(topic: .slaveAddress, text: "Address of \(name)", standard: slave?.address ?? name)
        case .target:
            let inherited = slave.flatMap { addition.inheritedTarget(of: $0) }
            return InitQuestion(topic: .ownTarget(name), text: "Directory on \(name)", standard: inherited)
        case .done: return nil
        }
    }

    mutating func answer(_ text: String) throws(DraftFault) -> HostInspection? {
        switch stage {
        case .slave:
            let text = text.isEmpty ? former ?? "" : text
            if text.isEmpty || text == "no more" {
                guard !addition.lines.isEmpty else {
                    throw DraftFault("a slave was expected", hint: "such as edge4=192.0.2.14")
                }
                stage = .done
                return nil
            }
            let slave = try DraftHost(parsing: text)
            let inspection = try inspection(of: slave)
            self.slave = slave
            former = nil
            stage = text.contains("=") ? .target : .slaveAddress
            return stage == .target ? try settled(inspection) : nil
        case .slaveAddress:
            guard var slave else { return nil }
            if !text.isEmpty { try slave.reach(at: text) }
            let inspection = try inspection(of: slave)
            self.slave = slave
            stage = .target
            return try settled(inspection)
        case .target:
            try take(target: text.isEmpty ? nil : text)
        case .done: break
        }
        return nil
    }

    var takesOwnTargets: Bool { true }

    mutating func takeOwnTarget(_ text: String) throws(DraftFault) {
        ownTargets.append(try DraftFault.ownTarget(text))
    }

    mutating func reconsider() {
        former = slave?.name
        slave = nil
        stage = .slave
    }

    /// The name of a directory's slave that is none of the added ones.
    var strangerTarget: String? { ownTargets.first.map(\.name) }

    // MARK: - Taking

    /// Takes the slave where nothing is left to ask: its directory was given beforehand, or sections say it for all.
    private mutating func settled(_ inspection: HostInspection) throws(DraftFault) -> HostInspection {
        guard let slave else { return inspection }
        if let index = ownTargets.firstIndex(where: { $0.name == slave.name }) {
            try take(target: ownTargets[index].path)
            ownTargets.remove(at: index)
        } else if addition.inheritedTarget(of: slave) == nil, (try? tried(slave, target: nil)) != nil {
            try take(target: nil)
        }
        return inspection
    }

    private mutating func take(target: String?) throws(DraftFault) {
        guard let slave else { return }
        do throws(InventoryErrors) {
            addition = try tried(slave, target: target)
        } catch {
            throw DraftFault(error)
        }
        self.slave = nil
        stage = .slave
    }

    private func inspection(of slave: DraftHost) throws(DraftFault) -> HostInspection {
        do throws(InventoryErrors) {
            let trial = try tried(slave, target: addition.inheritedTarget(of: slave) == nil ? Self.anyTarget : nil)
            return HostInspection(inventory: String(decoding: trial.after, as: UTF8.self), names: slave.names)
        } catch {
            throw DraftFault(error)
        }
    }

    /// The addition with one more slave, when that makes a fleet.
    private func tried(_ slave: DraftHost, target: String?) throws(InventoryErrors) -> InventoryAddition {
        var trial = addition
        try trial.add(slave, target: target)
        _ = try read(Inventory(parsing: trial.after, file: addition.inventory.file))
        return trial
    }

    /// A directory where none is known yet.
    private static let anyTarget = "/lockstep-draft/target"
}

extension DraftFault {
    /// The first fault of an inventory that somebody wrote.
    fileprivate init(_ errors: InventoryErrors) {
        if let first = errors.errors.first { self.init(first.diagnostic) } else { self.init(errors.description) }
    }
}
