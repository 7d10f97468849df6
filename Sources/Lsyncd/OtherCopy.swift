import Provisioning

/// A copy that the master keeps and an inventory does not have, as a slave's task must know of it.
package struct OtherCopy: Sendable, Hashable {
    /// Its name.
    var name: String
    /// What a run may do with it.
    var relation: Relation
    /// The fleet that made it, in a few words.
    var fleet: String
    /// The directory on the master.
    var source: String
    /// Where it is written.
    var place: CopyPlace
    /// The slave's host keys, as the master knows them: base64.
    var keys: [String]

    /// What a run may do with a copy that its inventory does not have.
    enum Relation: String, Sendable, Hashable {
        /// It is of the same fleet, and ends where another takes its place.
        case own
        /// It is of the same fleet, but shares an lsyncd with others.
        case shared
        /// It is of the same fleet, and ends once all copies of the run have started, or where one takes its place.
        case pruned
        /// It is of another fleet.
        case foreign
    }

    /// The copy as a line of a task's argument; its fields hold no control characters.
    package var line: String {
        ([name, relation.rawValue, fleet, source, place.host, place.address, place.port, place.user, place.target]
            + keys).joined(separator: "\t")
    }

    /// Reads such a line.
    init?(line: String) {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 9, let relation = Relation(rawValue: fields[1]) else { return nil }
        self.init(
            name: fields[0],
            relation: relation,
            fleet: fields[2],
            source: fields[3],
            place: CopyPlace(host: fields[4], address: fields[5], port: fields[6], user: fields[7], target: fields[8]),
            keys: Array(fields.dropFirst(9))
        )
    }

    init(_ copy: KeptCopy, _ relation: Relation) {
        self.init(
            name: copy.name,
            relation: relation,
            fleet: copy.fleet.text,
            source: copy.source,
            place: copy.place,
            keys: copy.keys
        )
    }

    private init(
        name: String,
        relation: Relation,
        fleet: String,
        source: String,
        place: CopyPlace,
        keys: [String]
    ) {
        self.name = name
        self.relation = relation
        self.fleet = fleet
        self.source = source
        self.place = place
        self.keys = keys
    }
}
