package import Provisioning

/// How the service of an lsyncd stands.
package struct LsyncdService: Sendable, Hashable {
    /// systemd's word for its state: `active`, `failed`, `inactive` and so on; of others the first and the last.
    package var state: String
    /// How often it was started again by itself since it was started.
    package var restarts: Int

    package init(state: String, restarts: Int = 0) {
        (self.state, self.restarts) = (state, restarts)
    }
}

/// The services of all lsyncd that Lockstep laid out on a master, by the lsyncd's name.
///
/// They are found on the master, so that one question tells which there are and how they stand.
package struct LsyncdServicesFact: SingleFact {
    package static let kind = "lsyncd-services"
    package typealias Value = [String: LsyncdService]

    package init() {}

    /// One `systemctl show` for all of them. Other service managers have no question about several services.
    package var script: String { ServiceManager.functions + "\n" + Self.shell }

    private static let shell = String(decoding: PackageResources.lsyncd_services_sh, as: UTF8.self)

    package func value(in output: ProbeOutput) throws(PlanError) -> [String: LsyncdService] {
        guard output.status == 0 else {
            throw PlanError("what starts the services of this host does not answer: \(output.failureText)")
        }
        var services: [String: LsyncdService] = [:]
        for block in output.lines.split(separator: "") {
            let pairs = block.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
            let properties = Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
            guard let name = properties["Id"].flatMap(InstanceLayout.instance(ofUnit:)),
                let state = properties["ActiveState"]
            else { continue }
            // systemd before 235 counts no restarts.
            let restarts = properties["NRestarts"].flatMap { Int($0) } ?? 0
            services[name] = LsyncdService(state: String(state), restarts: restarts)
        }
        return services
    }
}
