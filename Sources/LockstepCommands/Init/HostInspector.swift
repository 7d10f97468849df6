import RemoteHost

/// Looks at hosts while an inventory is being made.
protocol HostInspector: Sendable {
    /// Looks at each of the hosts, within seconds, and tells what came of it in their order.
    func inspect(_ inspection: HostInspection) async -> [HostFinding]
}

/// What came of looking at a host.
struct HostFinding: Sendable, Hashable {
    /// The host.
    var host: String
    /// What was found.
    var result: Result

    /// What can be found.
    enum Result: Sendable, Hashable {
        /// One can log in.
        case reached
        /// The directory is there.
        case directory(String)
        /// The directory is not there.
        case noDirectory(String)
        /// Something else than a directory is there.
        case otherFile(String)
        /// One cannot log in, or not find out.
        case trouble(RemoteHostError)
    }

    /// Whether it speaks against the answer.
    var isOdd: Bool {
        switch result {
        case .reached, .directory: false
        case .noDirectory, .otherFile, .trouble: true
        }
    }
}
