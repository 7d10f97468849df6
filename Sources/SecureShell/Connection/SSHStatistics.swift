/// What a connector has done so far.
package struct SSHStatistics: Sendable, Hashable {
    /// How many connections came as far as being logged in, by host name.
    package var connections: [String: Int] = [:]
    /// How many commands were run after logging in, by host name.
    package var commands: [String: Int] = [:]

    /// Makes statistics of nothing.
    package init() {}
}
