/// Where a copy is written: a directory of a slave, and how the master reaches it.
package struct CopyPlace: Sendable, Hashable {
    /// The slave's name, by which the master knows its host keys.
    package var host: String
    /// The address at which the master reaches it.
    package var address: String
    /// The SSH port there.
    package var port: String
    /// The user who receives the files.
    package var user: String
    /// The directory.
    package var target: String

    /// Makes a place.
    package init(host: String, address: String, port: String, user: String, target: String) {
        self.host = host
        self.address = address
        self.port = port
        self.user = user
        self.target = target
    }

    /// Whether the master reaches the machines of both in the same way.
    func isReached(as other: CopyPlace) -> Bool {
        address.lowercased() == other.address.lowercased() && port == other.port
    }

    /// Whether one of two directories is the other, or lies below it.
    static func overlap(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array("\(one)/".utf8), Array("\(other)/".utf8))
        return one.starts(with: other) || other.starts(with: one)
    }
}
