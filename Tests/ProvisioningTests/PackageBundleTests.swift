import Foundation
import LockstepTestSupport
import Provisioning
import RemoteHost
import SystemPackage
import Testing

@Suite("Bundles of packages")
struct PackageBundleTests {
    /// A bundle for one platform: rsync with what it needs, and lsyncd.
    static func with(_ body: (String) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let here = "debian-12-x86_64"
            _ = try await LocalProgram.shell("mkdir -p \"$1/rsync\" \"$1/lsyncd\"", directory["\(here)"])
            for (folder, file) in [
                ("rsync", "rsync_3.2_amd64.deb"), ("rsync", "libpopt0_1%3a1.19_amd64.deb"),
                ("lsyncd", "lsyncd_2.2.3_amd64.deb"), ("lsyncd", "libpopt0_1%3a1.19_amd64.deb"),
            ] {
                try directory.write("what \(file) holds", to: "\(here)/\(folder)/\(file)")
            }
            try await body(directory.path.string)
        }
    }

    private func state(_ platform: String, installed: String...) -> PackageState {
        PackageState(.apt, platform, installed: Set(installed))
    }

    @Test("What a package needs is asked for too, and comes along where the host lacks it")
    func needed() async throws {
        try await Self.with { path in
            let bundle = try PackageBundle(at: path)
            #expect(bundle.packages(for: ["rsync"]) == ["libpopt0", "rsync"])
            let bare = try bundle.install(["rsync"], on: state("debian-12-x86_64"))
            #expect(bare.contains("rsync_3.2_amd64.deb"))
            #expect(bare.contains("libpopt0_1.1.19_amd64.deb"))
            #expect(!bare.contains("lsyncd"))
            let partial = try bundle.install(["rsync"], on: state("debian-12-x86_64", installed: "libpopt0"))
            #expect(!partial.contains("libpopt0"))
        }
    }

    @Test("Files arrive on the host as they are in the bundle")
    func bytes() async throws {
        try await Self.with { path in
            let script = try PackageBundle(at: path).install(["rsync"], on: state("debian-12-x86_64"))
            let copies = script.components(separatedBy: "export DEBIAN_FRONTEND")[0]
            let result = try await LocalProgram.shell(copies + "\ncat \"$new\"/*")
            #expect(result.output == "what libpopt0_1%3a1.19_amd64.deb holdswhat rsync_3.2_amd64.deb holds")
        }
    }

    @Test("What the bundle lacks is told, and what to do")
    func lacking() async throws {
        try await Self.with { path in
            let bundle = try PackageBundle(at: path)
            let message = { (names: [String], platform: String) -> String? in
                do throws(PlanError) {
                    _ = try bundle.install(names, on: PackageState(.apt, platform))
                    return nil
                } catch {
                    return error.message + "; " + (error.hint ?? "")
                }
            }
            #expect(
                message(["rsync"], "debian-13-x86_64") == """
                    the bundle has no packages for debian-13-x86_64, only for debian-12-x86_64; \
                    run 'lockstep bundle create \(path)' on such a machine that has a network
                    """
            )
            #expect(
                message(["cmake"], "debian-12-x86_64") == """
                    the bundle has no cmake for debian-12-x86_64; \
                    run 'lockstep bundle create \(path) cmake' on such a machine that has a network
                    """
            )
        }
    }

    @Test("A folder without packages is no bundle")
    func empty() async throws {
        try await TemporaryDirectory.with { directory in
            #expect(throws: ArgumentError("bundle", "the bundle '\(directory.path)' has no packages in it")) {
                try PackageBundle(at: directory.path.string)
            }
        }
    }
}
