/// A service of a host, under what starts it there, and the commands that this takes.
protocol ManagedService: Sendable {
    /// The service's name.
    var name: ServiceName { get }

    /// The service that systemd would call so.
    init(_ name: ServiceName)

    /// A command that succeeds while a service runs; the names are shell words.
    static func isActive(unit: String, name: String, instance: String?) -> String

    /// A snippet that prints systemd's properties of services, or what amounts to them, as `ServiceFact` reads it.
    static func properties(of services: [ServiceName]) -> String

    /// Commands that start it, again where it runs, and fail where it does not come up.
    var restart: String { get }

    /// Commands that fail where it has ended since it was started, and print its last words; for a moment after the start,
    /// when what crashes at once has done so.
    var staysUp: String { get }

    /// A command that lets it start with the host.
    var enable: String { get }

    /// Commands that stop it, if it runs.
    var stop: String { get }

    /// Commands that stop it and let it start with the host no longer.
    var disable: String { get }

    /// Commands that keep it from starting, also where it is installed only later.
    var mask: String { get }
}
