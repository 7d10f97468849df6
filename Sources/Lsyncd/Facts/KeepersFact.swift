package import Provisioning

/// The copies of each lsyncd on a master, by the lsyncd's name.
package struct KeepersFact: SingleFact {
    package static let kind = "keepers"
    package typealias Value = [String: [String]]

    /// Makes a fact.
    package init() {}

    package var script: String { InstanceLayout.keepersScript }

    package func value(in output: ProbeOutput) throws(PlanError) -> [String: [String]] {
        InstanceLayout.keepers(in: output.lines)
    }
}
