/// What starts the services of a host.
package struct ServiceManagerFact: SingleFact {
    package static let kind = "service-manager"
    package typealias Value = ServiceManager

    package init() {}

    package var script: String { ServiceManager.detection }

    package func value(in output: ProbeOutput) throws(PlanError) -> ServiceManager {
        guard let manager = ServiceManager(rawValue: output.trimmedText) else {
            throw PlanError("what starts the services of this host is not known\(output.reason)")
        }
        return manager
    }
}
