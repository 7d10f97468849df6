import Foundation
import LockstepTestSupport
import SystemPackage
import Testing

@Suite("Check of a configuration by lsyncd itself", .timeLimit(.minutes(2)))
struct ConfigurationCheckTests {
    @Test("A good configuration passes at any path, and nothing is started or written")
    func goodPasses() async throws {
        try await Replication.with(isStarted: false) { replication in
            try replication.write("x", to: "file")
            let candidate = "\(replication.directory)/candidate"
            try await replication.rendered().write(toFile: candidate, atomically: false, encoding: .utf8)
            let result = try await Self.check(candidate)
            #expect(result.status == 0, "\(result.output)\(result.error)")
            #expect(result.output == "")
            #expect(try FileManager.default.contentsOfDirectory(atPath: replication.run) == [])
            #expect(replication.arrived("file") == nil)
            #expect(replication.server.log.contains("Accepted") == false)
        }
    }

    @Test(
        "An lsyncd that the layer does not work with is refused by name",
        arguments: ["2.1.5", "2.2.0", "2.2.1", "2"]
    )
    func oldIsRefused(version: String) async throws {
        try await Replication.with(isStarted: false) { replication in
            let script = "lsyncd_version = '\(version)' dofile('\(replication.directory)/lib/layer.lua')"
            let result = try await LocalProgram.run("lua", ["-e", script])
            #expect(result.status != 0)
            #expect(
                result.error.contains("Lockstep needs lsyncd 2.2.2 or later, and this is \(version)"),
                "\(result.error)"
            )
        }
    }

    @Test(
        "A broken configuration is refused with the reason",
        arguments: [
            ("layer.replicate {", "layer.replicate {{", "error loading"),
            ("delay   = ", "dely    = ", "knows no 'dely'"),
            ("\"0.1\"", "\"soon\"", "delay cannot be 'soon'"),
            ("\"127.0.0.1\"", "\"-oProxyCommand=x\"", "address cannot be"),
            ("port    = ", "-- port    = ", "port is missing"),
            ("local name = \"docs@s1\"", "local name = \"../s1\"", "name cannot be"),
            ("local name = \"docs@s1\"", "local name = nil", "name"),
            ("host    = \"s1\"", "host    = \"a@b\"", "host cannot be 'a@b'"),
            ("include = {}", "include = \"x\"", "include is a list of patterns"),
            ("exclude = {}", "exclude = { \"\" }", "exclude has an empty pattern"),
            ("exclude = {}", "-- exclude = {}", "exclude is missing"),
            ("delete  = \"yes\"", "delete  = \"yesno\"", "delete cannot be 'yesno'"),
            ("compress   = \"no\"", "compress   = true", "compress cannot be 'true'"),
            ("owner_map  = \"\"", "owner_map  = \"a:b --rsh=sh\"", "owner_map cannot be"),
            ("mode_map   = \"\"", "mode_map   = \"a=r;id\"", "mode_map cannot be"),
            ("/source\"", "/nothing\"", "Cannot access source directory"),
            ("/target\"", "/../target\"", "target must not hold '..'"),
            ("layer.replicate {", "settings { speed = 1 } layer.replicate {", "\"speed\" unknown"),
            ("layer.replicate {", "sync { default.rsync, source = \"/\", tagret = \"x\" } layer.replicate {", "tagret"),
            ("layer.lua", "nolayer.lua", "nolayer.lua"),
        ]
    )
    func brokenIsRefused(part: String, replacement: String, message: String) async throws {
        try await Replication.with(isStarted: false) { replication in
            let good = try await replication.rendered()
            let broken = good.replacing(part, with: replacement)
            try #require(broken != good)
            try broken.write(toFile: replication.configuration, atomically: false, encoding: .utf8)
            let result = try await Self.check(replication.configuration)
            #expect(result.status != 0)
            #expect((result.output + result.error).contains(message), "\(result.output)\(result.error)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: replication.run) == [])
        }
    }

    @Test("An empty configuration is refused")
    func emptyIsRefused() async throws {
        try await TemporaryDirectory.with { temporary in
            let directory = temporary.path.string
            try "".write(toFile: "\(directory)/empty", atomically: false, encoding: .utf8)
            let result = try await Self.check("\(directory)/empty")
            #expect(result.status != 0)
            #expect((result.output + result.error).contains("Nothing to watch"))
        }
    }

    private static func check(_ path: String) async throws -> LocalProgram.Result {
        try await LocalProgram.run("lsyncd", ["-nodaemon", path], environment: ["LOCKSTEP_CHECK": "1"])
    }
}
