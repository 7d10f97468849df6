import Foundation
import LockstepTestSupport
import SystemPackage

@testable import Lab

/// A bare Debian of some release, or one with the SSH servers that it has, made once and kept; nothing ever writes to it.
struct DebianRoot: Sendable {
    /// The release's name.
    let codename: String
    /// The folder with the system.
    let path: FilePath

    /// The packages beside the smallest set.
    enum Packages: String {
        case servers = "openssh-server,dropbear-bin,tinysshd,ucspi-tcp,sudo"
        case none = "ca-certificates"
    }

    /// The system of a release: the kept one, or a new one by debootstrap from the mirror that this machine's apt uses.
    static func of(_ codename: String, with packages: Packages = .servers) async throws -> DebianRoot {
        let variables = ProcessInfo.processInfo.environment
        let cache = variables["XDG_CACHE_HOME"] ?? (variables["HOME"] ?? "/root") + "/.cache"
        let folder = FilePath(cache).appending("lockstep").appending("peers")
        let name = packages == .servers ? codename : "\(codename)-bare"
        let root = DebianRoot(codename: codename, path: folder.appending(name))
        if FileManager.default.fileExists(atPath: root.path.string) { return root }

        let settings = try await AptSettings.ofThisMachine(codename: "bookworm")
        let mirror = settings.sources.first { $0.suite == "bookworm" }?.uri ?? "http://deb.debian.org/debian"
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        // Only a whole one gets the name that is looked for.
        let unfinished = folder.appending("\(name).new")
        try? FileManager.default.removeItem(atPath: unfinished.string)
        let made = try await LocalProgram.run(
            "unshare",
            [
                "--mount", "--propagation", "private", "debootstrap", "--variant=minbase",
                "--include=\(packages.rawValue)", codename, unfinished.string, mirror,
            ],
            environment: settings.proxyVariables
        )
        guard made.status == 0 else {
            throw LocalCommandError(command: ["debootstrap", codename, mirror], output: made.output + made.error)
        }
        try FileManager.default.moveItem(atPath: unfinished.string, toPath: root.path.string)
        return root
    }

    /// The name of an image of the system in the store of podman, or else docker, which is made where it is not there.
    func image() async throws -> String {
        let name = "localhost/lockstep-debian:\(codename)"
        let made = try await LocalProgram.shell(
            """
            set -eu
            engine=docker
            ! podman version >/dev/null 2>&1 || engine=podman
            $engine image inspect "$2" >/dev/null 2>&1 ||
                tar --create --numeric-owner --one-file-system --directory "$1" . | $engine import - "$2"
            """,
            path.string,
            name
        )
        guard made.status == 0 else {
            throw LocalCommandError(command: ["import", name], output: made.output + made.error)
        }
        return name
    }
}
