/// What the service manager of a host says of a service, in systemd's properties.
package struct ServiceFact: SharedFact {
    package static let kind = "service"
    package typealias Value = [String: String]

    /// The unit, as systemd names it.
    package let unit: String
    /// What starts the host's services.
    package let manager: ServiceManager

    /// Makes a fact.
    package init(_ unit: String, manager: ServiceManager = .systemd) {
        self.unit = unit
        self.manager = manager
    }

    package var subject: String { unit }

    /// One `systemctl show` for all units. Other managers have no question about several services.
    package static func script(asking facts: [ServiceFact]) -> String {
        ServiceManager.allCases.compactMap { manager in
            let units = facts.filter { $0.manager == manager }.map(\.unit)
            return units.isEmpty ? nil : manager.properties(of: units)
        }.joined(separator: "\n")
    }

    package static func values(
        of facts: [ServiceFact],
        in output: ProbeOutput
    ) -> [ServiceFact: Result<[String: String], PlanError>] {
        var (underSystemd, others): ([[String: String]], [String: [String: String]]) = ([], [:])
        var unit: String?
        var isInBlock = false
        for line in output.lines {
            if line == "manager systemd" {
                unit = nil
            } else if line.hasPrefix("unit ") {
                unit = String(line.dropFirst("unit ".count))
            } else if line.isEmpty {
                isInBlock = false
            } else {
                let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard pair.count == 2 else { continue }
                if let unit {
                    others[unit, default: [:]][pair[0]] = pair[1]
                } else {
                    if !isInBlock { underSystemd.append([:]) }
                    isInBlock = true
                    underSystemd[underSystemd.count - 1][pair[0]] = pair[1]
                }
            }
        }
        let asked = facts.filter { $0.manager == .systemd }
        // systemd answers in the order of the question; what does not fit together is no answer.
        var answers = asked.count == underSystemd.count ? Dictionary(zip(asked, underSystemd)) { $1 } : [:]
        for fact in facts where fact.manager != .systemd { answers[fact] = others[fact.unit] }
        var values: [ServiceFact: Result<[String: String], PlanError>] = [:]
        for fact in facts {
            values[fact] = Result { () throws(PlanError) in
                guard let properties = answers[fact], properties["LoadState"] != nil else {
                    throw PlanError(
                        "what starts the services of this host does not answer\(output.reason)",
                        hint: "log in there and look whether it runs"
                    )
                }
                return properties
            }
        }
        return values
    }
}
