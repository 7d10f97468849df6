import INIFile

/// A directory that is mirrored while it is being checked: what its section says, or nothing where variables say it all.
struct SyncDraft {
    /// The section's name; none where variables say what is mirrored.
    let name: String?
    /// Where it is said: the section's title, or the master.
    let position: SourcePosition
    /// The section's settings in their one spelling.
    var values: [String: String] = [:]
    /// Where each of their keys and values stands.
    var places: [String: (key: SourcePosition, value: SourcePosition)] = [:]
    /// The settings that were set but failed, or were misspelt.
    var failed: Set<String> = []
    /// The directory on the master; none when it failed.
    var source: AbsolutePath?
    /// Where it is set.
    var sourceOrigin: SourcePosition?

    /// What a message calls it.
    var title: String { name.map { "[sync:\($0)]" } ?? "the fleet" }

    /// The name of its copy on a slave.
    func mirrorName(on slave: String) -> String { name.map { "\($0)@\(slave)" } ?? slave }

    /// A setting's value for a slave, and where it stands: in the section, or else as the slave's variable.
    func value(_ setting: String, for slave: HostSettings) -> (text: String, position: SourcePosition)? {
        if let own = values[setting], let place = places[setting] { return (own, place.value) }
        guard Setting.named(setting) != nil, places[setting] == nil, let value = slave.values[setting] else {
            return nil
        }
        return (value, slave.position(of: setting))
    }

    /// Whether a setting was given for a slave and is wrong, which has been told.
    func hasFailed(_ setting: String, for slave: HostSettings) -> Bool {
        failed.contains(setting) || (places[setting] == nil && slave.failed.contains(setting))
    }
}
