/// The container engines that a lab can run on.
enum EngineKind: String, Sendable, Hashable, Codable, CaseIterable {
    case podman
    case docker

    /// The program's name.
    var program: String { rawValue }

    /// What to install on Debian where it is missing.
    var packages: String {
        switch self {
        case .podman: "podman runc netavark iptables"
        case .docker: "docker.io"
        }
    }
}
