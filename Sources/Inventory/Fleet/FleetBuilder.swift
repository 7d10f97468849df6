import INIFile

/// Makes a fleet of an inventory, going on after each fault, so that all of them can be told at once.
struct FleetBuilder {
    /// The inventory.
    let inventory: Inventory
    /// Who runs Lockstep.
    let localUser: Fleet.LocalUser
    /// What the ssh configuration says of the way to a host; none where it cannot tell.
    let wayThere: (ConnectionSettings) -> HostReach?
    /// What is wrong.
    private(set) var errors: [InventoryError] = []
    /// What is odd.
    private(set) var warnings: [SourceDiagnostic] = []
    /// Those among the warnings that are about slaves whom the master would seek on itself.
    var loopbackWarnings: [SourceDiagnostic] = []

    /// What has been told already: one bad line of a group is one fault, not one for each of its hosts.
    private struct Told: Hashable {
        var position: SourcePosition
        var subject: String
    }

    private var told: Set<Told> = []
    /// What is known of a variable's name that is not a setting: the setting it is almost, if it is.
    private var misspelt: [String: String?] = [:]

    /// The parts of a fleet.
    struct Parts {
        /// The host that is mirrored from.
        var master: FleetHost
        /// The hosts that are mirrored to.
        var slaves: [Slave]
        /// The directories that are mirrored.
        var syncs: [Sync]
    }

    /// Begins with nothing told.
    init(
        _ inventory: Inventory,
        localUser: Fleet.LocalUser,
        wayThere: @escaping (ConnectionSettings) -> HostReach? = { _ in nil }
    ) {
        self.inventory = inventory
        self.localUser = localUser
        self.wayThere = wayThere
    }

    /// The fleet; none when `errors` says why not.
    mutating func build() -> Parts? {
        let (masterHost, slaveHosts) = roles()
        reportSecondAddresses(fleet: Set(([masterHost].compactMap(\.self) + slaveHosts).map(\.name)))
        let masterSettings = masterHost.map { read($0, isSlave: false) }
        let slaveSettings = slaveHosts.map { read($0, isSlave: true) }
        let drafts = syncDrafts(masterSettings, slaves: slaveSettings)
        let only = drafts.count == 1 && drafts[0].name == nil ? drafts[0].source : nil
        let master = masterSettings.flatMap { fleetHost($0, source: only, isSlave: false) }
        var slaves: [Slave] = []
        for settings in slaveSettings {
            if let slave = slave(settings, source: only) { slaves.append(slave) }
        }
        if let masterSettings {
            warnOfSettingsWithoutEffect(masterSettings, slaves: slaveSettings)
            checkInstallation(masterSettings)
        }
        let syncs = drafts.compactMap { sync($0, slaveSettings) }
        reportUselessSlaves(slaveSettings, syncs)
        reportNarrowGates(slaveSettings, syncs)
        reportNestedSources(drafts)
        reportOverlappingTargets(syncs)
        if let master { reportSameMachines(master: master, slaves: slaves, syncs: syncs) }
        guard errors.isEmpty, let master else { return nil }
        return Parts(master: master, slaves: slaves, syncs: syncs)
    }

    // MARK: - Telling

    /// Notes a fault once and goes on.
    mutating func report(
        _ code: InventoryError.Code,
        at position: SourcePosition,
        about subject: String,
        _ message: String,
        hint: String? = nil,
        notes: [SourceDiagnostic.Note] = []
    ) {
        guard told.insert(Told(position: position, subject: subject)).inserted else { return }
        let diagnostic = inventory.diagnostic(at: position, message, hint: hint, notes: notes)
        errors.append(InventoryError(code, diagnostic))
    }

    /// Notes once what is odd.
    mutating func warn(at position: SourcePosition, about subject: String, _ message: String, hint: String? = nil) {
        guard told.insert(Told(position: position, subject: subject)).inserted else { return }
        warnings.append(inventory.diagnostic(at: position, message, hint: hint))
    }

    /// The setting that a name is almost: two letters off at most, and one where it is a short word such as `gate`, of
    /// which two letters are half.
    mutating func settingMeant(by name: String) -> String? {
        if let known = misspelt[name] { return known }
        let near = Setting.all.lazy.flatMap { [$0.name] + $0.aliases }
            .compactMap { setting in
                editDistance(name, setting, limit: setting.utf8.count > 4 ? 2 : 1).map {
                    (distance: $0, setting: setting)
                }
            }
            .min { ($0.distance, $0.setting) < ($1.distance, $1.setting) }
        misspelt[name] = .some(near?.setting)
        return near?.setting
    }
}
