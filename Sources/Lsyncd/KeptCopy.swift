/// A copy that the master keeps, as its settings there tell of it.
package struct KeptCopy: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// The lsyncd that keeps it.
    package var keeper: String
    /// The directory on the master.
    package var source: String
    /// Where it is written.
    package var place: CopyPlace
    /// The fleet that made it, as noted there; of a copy without a note, the one that mirrors its source.
    package var fleet: FleetIdentity
    /// The host keys by which the master knows the slave: base64.
    package var keys: [String]

    /// Makes a kept copy.
    package init(
        name: String,
        keeper: String,
        source: String,
        place: CopyPlace,
        fleet: FleetIdentity? = nil,
        keys: [String] = []
    ) {
        self.name = name
        self.keeper = keeper
        self.source = source
        self.place = place
        self.fleet = fleet ?? FleetIdentity(word: nil, sources: [source])
        self.keys = keys
    }
}
