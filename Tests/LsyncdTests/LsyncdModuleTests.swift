import LockstepTestSupport
import Provisioning
import SystemPackage
import Testing

@testable import Lsyncd

@Suite("Where lsyncd comes from")
struct LsyncdModuleTests {
    static let link = "/usr/local/lib/lockstep/lsyncd"

    /// What is planned from what the questions for lsyncd and for packages printed.
    func plan(_ install: String, _ packages: String, _ arguments: [String: String]) throws -> TaskPlan {
        let values = arguments.merging(["link": Self.link]) { own, _ in own }.mapValues { Deferred.known($0) }
        let module = try LsyncdModule(ModuleArguments(values))
        let answers = ["lsyncd-install": install, "package": packages]
        let outputs = module.facts.snippets.enumerated().map { place, snippet in
            (place, ProbeOutput(text: answers[snippet.kind] ?? ""))
        }
        let facts = module.facts.facts(in: Dictionary(uniqueKeysWithValues: outputs))
        return try module.plan(from: facts, in: PlanContext())
    }

    func diff(_ plan: TaskPlan) -> [String]? {
        if case .change(let change) = plan { change.diff } else { nil }
    }

    @Test("The distribution's is installed, and linked to")
    func package() throws {
        let fresh = try plan("found \n", "apt debian-12-x86_64\n", ["install": "package"])
        #expect(diff(fresh) == ["+ package lsyncd", "+ \(Self.link) -> /usr/bin/lsyncd"])
        let there = "link /usr/bin/lsyncd\nfound /usr/bin/lsyncd\n"
        #expect(try plan(there, "apt debian-12-x86_64\nlsyncd\n", ["install": "package"]) == .ok())
    }

    @Test("One that somebody else put there is linked to, wherever it is")
    func none() throws {
        let there = try plan("found /opt/bin/lsyncd\n", "", ["install": "none"])
        #expect(diff(there) == ["+ \(Self.link) -> /opt/bin/lsyncd"])
        #expect(throws: PlanError.self) { try plan("found \n", "", ["install": "none"]) }
    }

    @Test("A tarball is built where its checksum has not been built yet; what it was before goes")
    func source() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("sources", to: "lsyncd-2.3.1.tar.gz")
            let arguments = ["install": "source", "source": file.string]
            let place = "\(Self.link)-\(try LsyncdTarball(readAt: file.string).digest)"
            let older =
                "link \(Self.link)-old/bin/lsyncd\nbuilt \(Self.link)-old\nfound \n"
            let changed = try plan(older, "dnf fedora-40-x86_64\nmake\n", arguments)
            #expect(
                diff(changed) == [
                    "+ package cmake", "+ package gcc", "+ package gcc-c++", "+ package lua", "+ package lua-devel",
                    "+ \(place)/bin/lsyncd, of lsyncd-2.3.1.tar.gz", "- \(Self.link) -> \(Self.link)-old/bin/lsyncd",
                    "+ \(Self.link) -> \(place)/bin/lsyncd", "- \(Self.link)-old/",
                ]
            )
            let built = "link \(place)/bin/lsyncd\nbuilt \(place)\nfound \n"
            #expect(try plan(built, "dnf fedora-40-x86_64\n", arguments) == .ok())
            // Back to the distribution's: the one that was built is taken out.
            let back = try plan(built, "dnf fedora-40-x86_64\nlsyncd\n", ["install": "package"])
            #expect(diff(back)?.last == "- \(place)/")
        }
    }

    @Test("Where there is no package manager, a person is told what to install")
    func noPackageManager() throws {
        let error = #expect(throws: PlanError.self) {
            try plan("found \n", "none linux-rolling-x86_64\n", ["install": "package"])
        }
        #expect(error?.hint == "install what lsyncd needs there by hand, then run again")
    }

    @Test("The link, what was built beside it and the one in PATH are found", arguments: ["dash", "bash", "busybox"])
    func installed(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            let link = directory["it's a link"]
            let made = try await LocalProgram.shell(
                """
                mkdir -p "$1-1/bin" "$1-2/bin" "$1-3/bin" "$2"
                printf '#!/bin/sh\\n' | tee "$1-1/bin/lsyncd" >"$1-2/bin/lsyncd"
                cp "$1-1/bin/lsyncd" "$2/lsyncd"
                chmod 755 "$1-1/bin/lsyncd" "$2/lsyncd"
                """,
                link,
                directory["bin"]
            )
            try #require(made.status == 0, "\(made.error)")
            let fact = LsyncdInstallFact(link)
            func ask(searching path: String) async throws -> LsyncdInstallFact.Value {
                let words =
                    (shell == "busybox" ? ["busybox", "sh"] : [shell]) + ["-c", "PATH=\(path)\n" + fact.script]
                let result = try await LocalProgram.run(words[0], Array(words.dropFirst()))
                return try fact.value(in: ProbeOutput(text: result.output, errorText: result.error))
            }
            let bare = try await ask(searching: directory["nothing"])
            #expect(bare == LsyncdInstallFact.Value(linked: nil, built: ["\(link)-1"], found: nil))
            try await runLocally("ln", ["-s", "/usr/bin/a lsyncd", link])
            let whole = try await ask(searching: directory["bin"] + ":/usr/bin:/bin")
            #expect(
                whole
                    == LsyncdInstallFact.Value(
                        linked: "/usr/bin/a lsyncd",
                        built: ["\(link)-1"],
                        found: directory["bin/lsyncd"]
                    )
            )
            #expect(throws: PlanError.self, "nothing was said") { try fact.value(in: ProbeOutput(text: "")) }
        }
    }

    @Test("A tarball that cannot be read is told of")
    func unreadable() {
        #expect(throws: ArgumentError("source", "lsyncd_source: '/nonexistent.tar.gz' cannot be read")) {
            try plan("", "", ["install": "source", "source": "/nonexistent.tar.gz"])
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
