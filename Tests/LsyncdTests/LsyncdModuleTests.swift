import LockstepTestSupport
import Provisioning
import SystemPackage
import Testing

@testable import Lsyncd

@Suite("Where lsyncd comes from")
struct LsyncdModuleTests {
    static let link = "/usr/local/lib/lockstep/lsyncd"

    func plan(_ probe: String, _ arguments: [String: String]) throws -> TaskPlan {
        let values = arguments.merging(["link": Self.link]) { own, _ in own }.mapValues { Deferred.known($0) }
        return try LsyncdModule(ModuleArguments(values)).plan(from: ProbeOutput(text: probe), in: PlanContext())
    }

    func diff(_ plan: TaskPlan) -> [String]? {
        if case .change(let change) = plan { change.diff } else { nil }
    }

    @Test("The distribution's is installed, and linked to")
    func package() throws {
        let fresh = try plan("found \npackages\napt debian-12-x86_64\n", ["install": "package"])
        #expect(diff(fresh) == ["+ package lsyncd", "+ \(Self.link) -> /usr/bin/lsyncd"])
        let there = "link /usr/bin/lsyncd\nfound /usr/bin/lsyncd\npackages\napt debian-12-x86_64\nlsyncd\n"
        #expect(try plan(there, ["install": "package"]) == .ok())
    }

    @Test("One that somebody else put there is linked to, wherever it is")
    func none() throws {
        let there = try plan("found /opt/bin/lsyncd\n", ["install": "none"])
        #expect(diff(there) == ["+ \(Self.link) -> /opt/bin/lsyncd"])
        #expect(throws: PlanError.self) { try plan("found \n", ["install": "none"]) }
    }

    @Test("A tarball is built where its checksum has not been built yet; what it was before goes")
    func source() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("sources", to: "lsyncd-2.3.1.tar.gz")
            let arguments = ["install": "source", "source": file.string]
            let place = "\(Self.link)-\(try LsyncdTarball(readAt: file.string).digest)"
            let older =
                "link \(Self.link)-old/bin/lsyncd\nbuilt \(Self.link)-old\nfound \npackages\ndnf fedora-40-x86_64\nmake\n"
            let changed = try plan(older, arguments)
            #expect(
                diff(changed) == [
                    "+ package cmake", "+ package gcc", "+ package gcc-c++", "+ package lua", "+ package lua-devel",
                    "+ \(place)/bin/lsyncd, of lsyncd-2.3.1.tar.gz", "- \(Self.link) -> \(Self.link)-old/bin/lsyncd",
                    "+ \(Self.link) -> \(place)/bin/lsyncd", "- \(Self.link)-old/",
                ]
            )
            let built = "link \(place)/bin/lsyncd\nbuilt \(place)\nfound \npackages\ndnf fedora-40-x86_64\n"
            #expect(try plan(built, arguments) == .ok())
            // Back to the distribution's: the one that was built is taken out.
            let back = try plan(built + "lsyncd\n", ["install": "package"])
            #expect(diff(back)?.last == "- \(place)/")
        }
    }

    @Test("A tarball that cannot be read is told of")
    func unreadable() {
        #expect(throws: ArgumentError("source", "lsyncd_source: '/nonexistent.tar.gz' cannot be read")) {
            try plan("", ["install": "source", "source": "/nonexistent.tar.gz"])
        }
    }

    @Test(
        "Only sources of a version that the layer can do with are built",
        arguments: [
            ("lsyncd_version = '2.1.5'", "holds lsyncd 2.1.5: 2.2.2 or later is needed"),
            ("lsyncd_version = '2.2.1'", "holds lsyncd 2.2.1: 2.2.2 or later is needed"),
            ("-- another program's", "x.tar.gz holds no lsyncd"), (nil, "x.tar.gz is no tarball"),
        ] as [(String?, String)]
    )
    func versions(lua: String?, message: String) async throws {
        try await TemporaryDirectory.with { directory in
            if let lua {
                _ = try await LocalProgram.shell(
                    "mkdir \"$1/lsyncd\"; echo \"$2\" >\"$1/lsyncd/lsyncd.lua\"; tar -C \"$1\" -czf \"$1/x.tar.gz\" lsyncd",
                    directory.path.string,
                    lua
                )
            } else {
                try directory.write("no tarball", to: "x.tar.gz")
            }
            let tarball = try LsyncdTarball(readAt: directory["x.tar.gz"])
            let result = try await LocalProgram.shell("set -eu\n" + tarball.build(into: directory["place"], with: []))
            #expect(result.status == 1)
            #expect(result.output.contains(message), "\(result.output)\(result.error)")
            #expect(try await LocalProgram.shell("ls -d \"$1\"*", directory["place"]).status != 0)
        }
    }
}
