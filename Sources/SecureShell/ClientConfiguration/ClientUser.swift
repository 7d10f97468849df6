/// Who connects, and from where: what `~`, tokens and `$NAME` in a configuration stand for.
package struct ClientUser: Sendable, Hashable {
    /// The user's name, which is also the one to log in as where nothing else is said.
    package var name: String
    /// The user's number.
    package var number: UInt32
    /// The home folder, without a slash at its end.
    package var home: String
    /// This machine's name.
    package var hostName: String
    /// The environment.
    package var environment: [String: String]

    /// Makes a user.
    package init(
        name: String,
        number: UInt32,
        home: String,
        hostName: String = "localhost",
        environment: [String: String] = [:]
    ) {
        self.name = name
        self.number = number
        self.home = home
        self.hostName = hostName
        self.environment = environment
    }
}
