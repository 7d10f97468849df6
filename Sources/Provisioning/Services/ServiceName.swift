/// The parts of a service's name.
struct ServiceName: Sendable, Hashable {
    /// As systemd has it: `NAME.service` or `NAME@INSTANCE.service`.
    let unit: String
    /// The script or the job.
    let name: String
    /// What it is called with.
    let instance: String?

    /// Reads the name that systemd has for a service.
    init(unit: String) {
        self.unit = unit
        let parts = unit.replacing(".service", with: "").split(separator: "@", maxSplits: 1).map(String.init)
        name = parts.first ?? unit
        instance = parts.count > 1 ? parts[1] : nil
    }
}
