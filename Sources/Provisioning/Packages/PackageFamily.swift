/// The package managers that Lockstep works with.
package enum PackageFamily: String, Sendable, Hashable, CaseIterable {
    /// Debian, Ubuntu and their kin.
    case apt
    /// Fedora, and Red Hat Enterprise Linux with its kin.
    case dnf
    /// openSUSE.
    case zypper
    /// Alpine.
    case apk
    /// Arch.
    case pacman

    /// The words that it takes.
    package var manager: any PackageManager {
        switch self {
        case .apt: Apt()
        case .dnf: Dnf()
        case .zypper: Zypper()
        case .apk: Apk()
        case .pacman: Pacman()
        }
    }
}
