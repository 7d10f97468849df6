package import Provisioning

/// Whether the services run that keep some copies, so that a canary that arrives was carried by the copy's own.
package struct ServiceCheck: Sendable {
    private let copies: [String]

    /// Makes a check of the services that keep these copies.
    package init(copies: [String]) {
        self.copies = copies
    }

    /// A copy whose service does not do its work.
    package struct Fault: Sendable, Hashable {
        /// The copy's name.
        package var copy: String
        /// What is wrong, in one line.
        package var message: String
        /// What to try next.
        package var hint: String
    }

    /// What the master is asked.
    package var facts: FactSet {
        var facts = CopyReports.facts(of: copies)
        facts.formUnion(CopyServices.facts)
        return facts
    }

    /// The copies whose services do not do their work, by what the master has answered.
    ///
    /// - Parameter known: all copies of the inventory; what the master keeps beside them is told.
    package func faults(in facts: Facts, known: Set<String>) throws(PlanError) -> [Fault] {
        let services = try CopyServices(facts)
        let reports = try CopyReports(of: copies, in: facts)
        let leftovers = services.keepers.flatMap(\.value).filter { !known.contains($0) }.sorted()
        let note =
            leftovers.isEmpty ? "" : "; beside the copies of this run it keeps \(leftovers.joined(separator: ", "))"
        return copies.compactMap { copy in
            let (unit, state) = (services.unit(of: copy), services.service(services.keeper(of: copy)).state)
            let message: String
            if state != "active" {
                message = "not proven: \(unit) does not run on the master (\(state))"
            } else if reports.alive(copy) == nil {
                let age =
                    reports.reports[copy].map { "last said something of \(copy) \(reports.now - $0.writtenAt) s ago" }
                    ?? "has said nothing of \(copy) yet"
                message = "not proven: \(unit) on the master \(age)"
            } else {
                return nil
            }
            return Fault(copy: copy, message: message, hint: "'lockstep up' starts what does not run\(note)")
        }
    }
}
