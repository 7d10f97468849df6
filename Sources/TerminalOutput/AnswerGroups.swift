import FleetRunner
import RemoteHost

/// Hosts that gave the same answer, put together as the answers come; equal outputs are kept once.
struct AnswerGroups: Sendable {
    /// What hosts of a group have in common.
    struct Answer: Sendable, Hashable {
        /// How the hosts came out.
        var outcome: Outcome
        /// What kind of failure it was, if one.
        var kind: FailureKind?
        /// Why there is no result; a host's own address is left out of it where several hosts say the same.
        var message: String?
        /// What to try next.
        var hint: String?
        /// What the command printed and how it ended.
        var output: CommandOutput?
    }

    /// Some hosts and their answer.
    struct Group: Sendable {
        /// What they answered.
        var answer: Answer
        /// Their names, in the order of the inventory.
        var hosts: [String]
    }

    private let places: [String: (place: Int, address: String)]
    private var reports: [Answer: [AdHocReport]] = [:]

    /// Makes groups of no host yet.
    ///
    /// - Parameter hosts: all hosts that may answer, in the order of the inventory.
    init(hosts: [AdHocHost] = []) {
        places = Dictionary(hosts.enumerated().map { ($1.name, ($0, $1.address)) }) { first, _ in first }
    }

    /// Puts a host to those that gave the same answer.
    mutating func add(_ report: AdHocReport) {
        let address = places[report.host]?.address
        let answer = Answer(
            outcome: report.outcome,
            kind: report.kind,
            message: report.message.map { Self.general($0, without: address) },
            hint: report.hint.map { Self.general($0, without: address) },
            output: report.output
        )
        var report = report
        report.output = nil
        reports[answer, default: []].append(report)
    }

    /// The groups: what went well first, large groups before small ones.
    var all: [Group] {
        let groups = reports.map { answer, reports -> Group in
            var answer = answer
            if reports.count == 1 { (answer.message, answer.hint) = (reports[0].message, reports[0].hint) }
            return Group(answer: answer, hosts: reports.map(\.host).sorted { place($0) < place($1) })
        }
        return groups.sorted { one, other in
            let key = { (group: Group) in (Self.rank(group.answer), -group.hosts.count, place(group.hosts[0])) }
            return key(one) < key(other)
        }
    }

    private func place(_ host: String) -> Int { places[host]?.place ?? .max }

    private static func rank(_ answer: Answer) -> Int {
        switch (answer.outcome, answer.kind) {
        case (.ok, _), (.changed, _): 0
        case (.failed, .task) where answer.output?.exit != nil: 1
        case (.failed, _): 2
        case (.unreachable, _): 3
        case (.skipped, _): 4
        }
    }

    private static func general(_ text: String, without address: String?) -> String {
        guard let address, !address.isEmpty else { return text }
        return text.replacing(address, with: "<address>")
    }
}
