/// What to do with the key of a host that known_hosts does not speak of. A changed or revoked key is always refused.
package enum HostKeyPolicy: Sendable, Hashable {
    /// Refuse it.
    case refuseUnknown
    /// Take it this once and record it, so that it is known from then on.
    case acceptNew
}
