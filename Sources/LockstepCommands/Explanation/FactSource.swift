import INIFile
import SecureShell

/// Where something that holds for a host is said.
enum FactSource: Sendable, Hashable {
    /// A variable of the inventory, beside the host or for one of its groups.
    case variable(String, of: Owner, at: SourcePosition)
    /// A line of a section of that title, such as `sync:docs`.
    case section(String, at: SourcePosition)
    /// An argument for ssh in a variable of that name.
    case argument(String, at: ConfigurationOrigin)
    /// A line of the ssh configuration.
    case configuration(ConfigurationOrigin)
    /// A line of a known_hosts file.
    case knownHosts(KnownHostsLocation)
    /// An option of this command.
    case option(String)
    /// A variable of the environment.
    case environment(String)
    /// Nobody: this is the default, and what it is made of where that needs saying.
    case standard(String?)

    /// Who has a variable.
    enum Owner: Sendable, Hashable {
        /// The host itself.
        case host
        /// A group of that name.
        case group(String)
    }

    /// The source in a few words, for a fact of that name.
    func text(for fact: String) -> String {
        switch self {
        case .variable(let name, let owner, let position):
            let label = name == fact ? "" : "\(name), "
            let place = "\(label)\(position.fileAndLine)"
            return if case .group(let group) = owner { "\(place) (\(group))" } else { place }
        case .section(let title, let position): return "\(position.fileAndLine) [\(title)]"
        case .argument(let name, let origin): return "\(name), \(origin)"
        case .configuration(let origin): return origin.description
        case .knownHosts(let location): return location.description
        case .option(let name): return name
        case .environment(let name): return "$\(name)"
        case .standard(let detail): return detail.map { "default: \($0)" } ?? "default"
        }
    }
}
