/// Everything that decides what the base image holds; its hash is the image's tag.
struct ImageRecipe: Sendable, Hashable {
    /// What the image is built upon.
    var base: Base
    /// The script that turns the base into the image.
    var script: String

    /// What an image is built upon.
    enum Base: Sendable, Hashable {
        /// A bare Debian of this release with these sources, wherever it comes from.
        case debian(codename: String, sources: [AptSource], settings: [String])
        /// An image that the user named; with its id, since a name can come to mean another image.
        case image(name: String, id: String)
    }

    /// What a host is: systemd, sshd and what one needs to look around.
    static let installed = [
        "systemd", "systemd-sysv", "dbus", "openssh-server", "iproute2", "procps", "ca-certificates",
    ]
    /// What a fleet installs: downloaded, so that no network is needed for it.
    static let downloaded = ["rsync", "lsyncd"]

    /// The recipe on top of a base.
    init(base: Base) {
        self.base = base
        let stanzas: [AptSource]
        let settings: [String]
        switch base {
        case .debian(_, let sources, let lines): (stanzas, settings) = (sources, lines)
        case .image: (stanzas, settings) = ([], [])
        }
        script = ImageScript.text(
            sources: stanzas,
            settings: settings,
            installed: Self.installed,
            downloaded: Self.downloaded
        )
    }

    /// The image's name: the lab's repository and the recipe's hash.
    var tag: String { "\(ContainerEngine.repository):\(hash)" }

    /// The recipe in 16 hexadecimal digits.
    var hash: String {
        let name =
            switch base {
            case .debian(let codename, _, _): "debian \(codename)"
            case .image(_, let id): "image \(id)"
            }
        return Self.hash(of: "\(name)\n\(script)")
    }

    /// A text's hash in 16 hexadecimal digits.
    static func hash(of text: String) -> String {
        let digits = String(fnv1a(Array(text.utf8)), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The 64-bit FNV-1a hash: it tells recipes apart, and nobody has a reason to forge one.
    static func fnv1a(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { hash, byte in (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
