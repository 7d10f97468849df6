package import Provisioning
import RemoteHost

/// `sole-writer`: no other copy of the master is written to a directory that one of this inventory is.
///
/// Two lsyncd that push to one directory undo each other's work. A copy of the same fleet that stands in the way is one whose
/// slave or directory has another name now: it is named in the output, and ends when its successor starts. One of another
/// fleet ends the slave's part in the run, before anything there is changed. So does one to another machine of the slave's
/// name, by which the master knows host keys: each inventory would take the other's away.
package struct SoleWriterModule: Module {
    package static let keyword = "sole-writer"
    package static let summary = "No other copy of the master is written to the same directory of a slave."
    package static let parameters: [Parameter] = [
        .required("host", "the slave's name"),
        .required("keys", "the slave's public host keys, one a line: type, base64"),
        .required("address", "the address at which the master reaches the slave"),
        .required("port", "the SSH port there"),
        .required("copies", "the copies on the slave, one a line: name, the lsyncd that is to keep it, directory"),
        .optional("others", "the copies that the master keeps and the inventory does not have, one a line"),
    ]

    private let host: String
    private let keys: Deferred<String>
    private let address: String
    private let port: String
    private let copies: [Copy]
    private let others: [OtherCopy]

    /// A copy on the slave.
    private struct Copy: Sendable, Hashable {
        var name: String
        var keeper: String
        var target: String
    }

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        host = try arguments.text("host")
        keys = try arguments.deferredText("keys")
        address = try arguments.text("address")
        port = try arguments.text("port")
        copies = try arguments.lines("copies").map { (line) throws(ArgumentError) in
            let fields = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard fields.count == 3 else {
                throw ArgumentError(
                    "copies",
                    "'copies' must have a name, an lsyncd and a directory in each line, not '\(line)'"
                )
            }
            return Copy(name: fields[0], keeper: fields[1], target: fields[2])
        }
        others = try arguments.lines("others").map { (line) throws(ArgumentError) in
            guard let other = OtherCopy(line: line) else {
                throw ArgumentError("others", "'others' must have nine fields in each line, not '\(line)'")
            }
            return other
        }
    }

    /// There is nothing to see on the host.
    package var facts: FactSet { FactSet() }
    package func state(from facts: Facts) {}

    package func plan(_ state: Void, in context: PlanContext) throws(PlanError) -> TaskPlan {
        guard case .known(let text) = keys else {
            return .knownAfterApply("look for other copies, once the host keys are known")
        }
        let present = Set(text.splitAtLineFeeds().compactMap { $0.split(separator: " ").dropFirst().first })
        try checkName(present)
        var successors: [String] = []
        var succeeded: Set<String> = []
        for copy in copies {
            for other in others {
                if other.name == copy.name { throw taken(copy, other) }
                guard CopyPlace.overlap(other.place.target, copy.target) else { continue }
                let isReached = other.place.isReached(
                    as: CopyPlace(host: "", address: address, port: port, user: "", target: copy.target)
                )
                let hasKey = other.keys.contains { present.contains(Substring($0)) }
                guard isReached || hasKey else { continue }
                // What an lsyncd of several copies lets go of is laid out before the run, when no host key is known.
                guard other.relation == .own || other.relation == .pruned, copy.keeper == copy.name else {
                    throw occupied(copy, other)
                }
                if succeeded.insert(other.name).inserted { successors.append("\(copy.name) \(other.name)") }
            }
        }
        return .ok(output: successors.joined(separator: "\n"))
    }

    /// Refuses a slave of whose name the master knows another machine: by its address, and by all of its host keys.
    private func checkName(_ present: Set<Substring>) throws(PlanError) {
        let here = CopyPlace(host: host, address: address, port: port, user: "", target: "")
        for other in others where other.place.host == host && other.relation != .pruned {
            guard let copy = copies.first, !other.keys.isEmpty, !other.place.isReached(as: here),
                !other.keys.contains(where: { present.contains(Substring($0)) })
            else { continue }
            throw PlanError(
                "\(copy.name), to \(copy.target) on \(host) (\(address) port \(port)), is on another machine than a copy that "
                    + "the master keeps for \(other.fleet), whose slave has the same name: \(other.name), \(other.source) to "
                    + "\(other.place.target) on \(host) (\(other.place.address) port \(other.place.port)); the master knows "
                    + "host keys by that name, and would no longer reach the other",
                hint: "give the slave another name in one of the inventories"
                    + (other.relation == .foreign
                        ? "" : "; if \(other.name) is not wanted, 'lockstep up --prune' ends it"),
                isRefusal: true
            )
        }
    }

    private func taken(_ copy: Copy, _ other: OtherCopy) -> PlanError {
        PlanError(
            "\(copy.name), to \(copy.target), has the name of a copy that the master keeps for \(other.fleet): "
                + "\(other.source) to \(other.place.target) on \(other.place.host) (\(other.place.address))",
            hint:
                "give the directory a section [sync:NAME] of another name; where both are one fleet, give the master of "
                + "both inventories the same fleet=WORD",
            isRefusal: true
        )
    }

    private func occupied(_ copy: Copy, _ other: OtherCopy) -> PlanError {
        let message =
            "\(copy.name) would be written to \(copy.target), where the master has another copy, \(other.name) of "
            + "\(other.fleet): \(other.source) to \(other.place.target) on \(other.place.host) (\(other.place.address)), "
            + "which is the same machine"
        let hint =
            other.relation == .foreign
            ? "give one of them another target; where both are one fleet, give the master of both inventories the same "
                + "fleet=WORD, or end \(other.name) with its own inventory"
            : "'lockstep up --prune' ends \(other.name), which shares an lsyncd"
        return PlanError(message, hint: hint, isRefusal: true)
    }
}
