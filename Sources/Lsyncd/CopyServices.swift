package import Provisioning

/// Which service keeps each copy on a master, and how it stands.
package struct CopyServices: Sendable, Hashable {
    /// The copies of each lsyncd, by the lsyncd's name.
    package var keepers: [String: [String]]
    private var services: [String: LsyncdService]
    /// The lsyncd that keeps each copy, by the copy's name.
    private var keeperOfCopy: [String: String]

    /// The facts that it is made of.
    package static let facts = FactSet(KeepersFact(), LsyncdServicesFact())

    /// Takes the facts out of what the master has answered.
    package init(_ facts: Facts) throws(PlanError) {
        keepers = try facts.value(of: KeepersFact())
        services = try facts.value(of: LsyncdServicesFact())
        keeperOfCopy = [:]
        for (keeper, copies) in keepers.sorted(by: { $0.key < $1.key }) {
            for copy in copies where keeperOfCopy[copy] == nil { keeperOfCopy[copy] = keeper }
        }
    }

    /// The lsyncd that keeps a copy, or would if there were one.
    package func keeper(of copy: String) -> String { keeperOfCopy[copy] ?? copy }

    /// The unit of the lsyncd that keeps a copy.
    package func unit(of copy: String) -> String { InstanceLayout.unit(of: keeper(of: copy)) }

    /// How the service of an lsyncd stands; one that is not there does not run.
    package func service(_ keeper: String) -> LsyncdService { services[keeper] ?? LsyncdService(state: "inactive") }
}
