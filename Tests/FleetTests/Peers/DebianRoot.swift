import Foundation
import LockstepTestSupport
import SystemPackage

@testable import Lab

/// A bare Debian of some release with the SSH servers that it has, made once and kept; nothing ever writes to it.
struct DebianRoot: Sendable {
    /// The release's name.
    let codename: String
    /// The folder with the system.
    let path: FilePath

    /// The packages beside the smallest set.
    private static let packages = ["openssh-server", "dropbear-bin", "tinysshd", "ucspi-tcp", "sudo"]

    /// The system of a release: the kept one, or a new one by debootstrap from the mirror that this machine's apt uses.
    static func of(_ codename: String) async throws -> DebianRoot {
        let variables = ProcessInfo.processInfo.environment
        let cache = variables["XDG_CACHE_HOME"] ?? (variables["HOME"] ?? "/root") + "/.cache"
        let folder = FilePath(cache).appending("lockstep").appending("peers")
        let root = DebianRoot(codename: codename, path: folder.appending(codename))
        if FileManager.default.fileExists(atPath: root.path.string) { return root }

        let settings = try await AptSettings.ofThisMachine(codename: "bookworm")
        let mirror = settings.sources.first { $0.suite == "bookworm" }?.uri ?? "http://deb.debian.org/debian"
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        // Only a whole one gets the name that is looked for.
        let unfinished = folder.appending("\(codename).new")
        try? FileManager.default.removeItem(atPath: unfinished.string)
        let made = try await LocalProgram.run(
            "unshare",
            [
                "--mount", "--propagation", "private", "debootstrap", "--variant=minbase",
                "--include=\(packages.joined(separator: ","))", codename, unfinished.string, mirror,
            ],
            environment: settings.proxyVariables
        )
        guard made.status == 0 else {
            throw LocalCommandError(command: ["debootstrap", codename, mirror], output: made.output + made.error)
        }
        try FileManager.default.moveItem(atPath: unfinished.string, toPath: root.path.string)
        return root
    }
}
