package import RemoteHost

/// How a host, or a task on it, came out of a run.
package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is as wanted, and nothing had to be done.
    case ok
    /// Something was done, and now it is as wanted; in a plan: something would be done.
    case changed
    /// Something could not be done.
    case failed
    /// It could not be reached.
    case unreachable
    /// It was left as it is, because something that it needs is missing.
    case skipped
}

/// Why a host or a task is not as wanted; decides the exit code.
package enum FailureKind: String, Sendable, Hashable, Codable {
    /// A change failed, or a task could not be planned.
    case task
    /// Going on could have lost data.
    case refused
    /// The host's key is unknown, changed or revoked.
    case hostKey = "host_key"
    /// No connection, or it was lost.
    case unreachable
    /// A canary did not arrive.
    case proof

    /// What it means for a host that its connection failed, or gave no shell; none where it was not to go on.
    package init?(_ error: RemoteHostError) {
        switch error.code {
        case .cancelled: return nil
        case .hostKeyRefused: self = .hostKey
        case .shellRefused: self = .task
        case .unreachable, .authenticationFailed, .timedOut, .connectionLost: self = .unreachable
        }
    }
}
