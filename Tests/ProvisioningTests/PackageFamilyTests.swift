import LockstepTestSupport
import Provisioning
import RemoteHost
import SystemPackage
import Testing

/// The scripts for each package manager, run by a real shell on a system that has no other program but a stand-in of that
/// manager: it writes down how it was called.
@Suite("Package managers")
struct PackageFamilyTests {
    /// A system with one package manager.
    struct System {
        var directory: TemporaryDirectory

        /// Makes one; `managers` are the programs by name, with what each of them does when it is called.
        static func with<Value>(
            _ managers: [String: String],
            _ body: (System) async throws -> Value
        ) async throws -> Value {
            try await TemporaryDirectory.with { directory in
                let tools =
                    "sh dash bash busybox sed cut uname cat ls mkdir mktemp mv rm base64 chmod stat sha256sum env"
                _ = try await LocalProgram.shell(
                    "mkdir \"$1/bin\"; for tool in \(tools); do ln -s \"$(command -v $tool)\" \"$1/bin\"; done",
                    directory.path.string
                )
                for (name, does) in managers {
                    let file = try directory.write(
                        "#!/bin/sh\necho \"\(name) $*\" >>\(directory["calls"])\n\(does)\n",
                        to: "bin/\(name)"
                    )
                    _ = try await LocalProgram.run("chmod", ["+x", file.string])
                }
                return try await body(System(directory: directory))
            }
        }

        /// Runs a script there.
        func run(_ script: String, by shell: [String] = ["sh"]) async throws -> LocalProgram.Result {
            try await LocalProgram.run(
                shell[0],
                shell.dropFirst() + ["-c", script],
                environment: ["PATH": directory["bin"]]
            )
        }

        /// What it answers when it is asked for packages, all in one question.
        func state(of names: [String], by shell: [String] = ["sh"]) async throws -> PackageState {
            try #require(try await state(of: names, unless: nil, by: shell))
        }

        /// What it answers where a program may make the question needless.
        func state(of names: [String], unless program: String?, by shell: [String]) async throws -> PackageState? {
            let question = PackageState.facts(of: names, unless: program)
            let snippets = question.snippets
            try #require(snippets.count == 1)
            let result = try await run(snippets[0].script, by: shell)
            let answer = ProbeOutput(status: Int(result.status), text: result.output, errorText: result.error)
            return try PackageState(question.facts(in: [0: answer]), of: names, unless: program, purpose: "it")
        }

        /// A program that is there.
        var program: String { directory["bin/uname"] }

        /// How the manager was called.
        var calls: [String] { (directory.read("calls") ?? "").split(separator: "\n").map(String.init) }
    }

    static let managers: [PackageFamily: [String: String]] = [
        .apt: ["apt-get": "", "dpkg-query": "echo installed rsync; echo config-files lsyncd"],
        .dnf: ["dnf": "", "rpm": "echo rsync; echo package lsyncd is not installed"],
        .zypper: ["zypper": "", "rpm": "echo rsync; echo package lsyncd is not installed"],
        .apk: ["apk": "[ \"$1\" != info ] || echo rsync"],
        .pacman: ["pacman": "[ \"$1\" != -Qq ] || echo rsync"],
    ]

    @Test(
        "Each tells which of the packages are installed",
        arguments: PackageFamily.allCases,
        [["dash"], ["bash", "--posix"], ["busybox", "sh"]]
    )
    func installed(family: PackageFamily, shell: [String]) async throws {
        try await System.with(Self.managers[family] ?? [:]) { system in
            let state = try await system.state(of: ["lsyncd", "rsync"], by: shell)
            #expect(state.family == family)
            #expect(state.installed.contains("rsync"))
            #expect(!state.installed.contains("lsyncd"))
            #expect(state.platform.split(separator: "-").count >= 3)
            let names = Self.managers[family, default: [:]].keys
            let calls = system.calls.count { call in names.contains { call.hasPrefix("\($0) ") } }
            #expect(calls == 1, "it is asked once for all packages")
        }
    }

    @Test(
        "The packages of a program that is there are not asked for",
        arguments: [["dash"], ["bash", "--posix"], ["busybox", "sh"]]
    )
    func program(shell: [String]) async throws {
        try await System.with(Self.managers[.apt] ?? [:]) { system in
            #expect(try await system.state(of: ["rsync"], unless: system.program, by: shell) == nil)
            #expect(system.calls.isEmpty)
            let state = try await system.state(of: ["rsync"], unless: "/nonexistent/rsync", by: shell)
            #expect(state?.installed == ["rsync"])
        }
        // Nor does the host need a package manager then.
        try await System.with([:]) { system in
            let state = try await system.state(of: ["rsync"], unless: system.program, by: shell)
            #expect(state == nil)
        }
    }

    @Test("A host without any of them is told of")
    func none() async throws {
        try await System.with([:]) { system in
            let error = await #expect(throws: PlanError.self) { try await system.state(of: ["rsync"]) }
            #expect(error?.hint == "install it there by hand, then run again")
        }
    }

    @Test(
        "Each installs without a question",
        arguments: [
            PackageFamily.apt:
                ["apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 install rsync lsyncd"],
            .dnf: ["dnf -q -y install rsync lsyncd"],
            .zypper: ["zypper -q -n install --no-recommends rsync lsyncd"],
            .apk: ["apk add -q rsync lsyncd"],
            // There are no lists of packages here.
            .pacman: ["pacman -Sy --noconfirm", "pacman -S --noconfirm --needed rsync lsyncd"],
        ]
    )
    func install(family: PackageFamily, calls: [String]) async throws {
        try await System.with(Self.managers[family] ?? [:]) { system in
            let result = try await system.run("set -eu\n" + family.manager.install(["rsync", "lsyncd"]))
            #expect(result.status == 0, "\(result.error)")
            #expect(system.calls == calls)
        }
    }

    @Test("Lists of packages that are old or absent are fetched once", arguments: [PackageFamily.apt, .apk])
    func oldLists(family: PackageFamily) async throws {
        let fails = "case \" $* \" in *' update '*) touch \(#""$0".new"#) ;; *) [ -e \(#""$0".new"#) ] ;; esac"
        let name = family == .apt ? "apt-get" : "apk"
        try await System.with([name: fails, "touch": ": >\"$1\""]) { system in
            let result = try await system.run("set -eu\n" + family.manager.install(["rsync"]))
            #expect(result.status == 0, "\(result.error)")
            #expect(system.calls.filter { $0.hasPrefix(name) }.count == 3)
        }
    }

    @Test(
        "What zypper says beside its work is no failure",
        arguments: [(102, 0), (103, 0), (106, 0), (4, 4), (104, 104)]
    )
    func zypperStatus(status: Int, ends: Int32) async throws {
        try await System.with(["zypper": "exit \(status)"]) { system in
            let result = try await system.run("set -eu\n" + PackageFamily.zypper.manager.install(["rsync"]))
            #expect(result.status == ends, "\(result.error)")
        }
    }

    @Test("Files of apk are installed by their names, so that later versions can follow")
    func apkFiles() async throws {
        let apk = "[ \"$1\" != --print-arch ] || echo x86_64"
        try await System.with(["apk": apk]) { system in
            let platform = "alpine-3.20-x86_64"
            _ = try await LocalProgram.run("mkdir", ["-p", system.directory["bundle/\(platform)/lsyncd"]])
            for name in ["lsyncd", "lua5.4-libs"] {
                try system.directory.write("", to: "bundle/\(platform)/lsyncd/\(name)-1.0-r0.apk")
            }
            let host = PackageState(.apk, platform)
            let script = try PackageBundle(at: system.directory["bundle"]).install(["lsyncd"], on: host)
            let result = try await system.run("set -eu\n" + script)
            #expect(result.status == 0, "\(result.error)")
            let calls = system.calls.map { $0.replacing(#/\/\S+\/tmp\.\w+/#, with: "$new") }
            let files = "$new/x86_64/lsyncd-1.0-r0.apk $new/x86_64/lua5.4-libs-1.0-r0.apk"
            #expect(
                calls == [
                    "apk --print-arch", "apk verify \(files)",
                    "apk index -q -o $new/x86_64/APKINDEX.tar.gz \(files)",
                    "apk add -q --no-network --allow-untrusted --repositories-file /dev/null --repository $new lsyncd",
                ]
            )
        }
    }

    @Test("Where yum is all there is, it is taken")
    func yum() async throws {
        try await System.with(["yum": "", "rpm": "echo rsync"]) { system in
            #expect(try await system.state(of: ["rsync"]).family == .dnf)
            _ = try await system.run("set -eu\n" + PackageFamily.dnf.manager.install(["rsync"]))
            #expect(system.calls.last == "yum -q -y install rsync")
        }
    }

    @Test(
        "The name of a package is told from that of its file",
        arguments: [
            (PackageFamily.apt, "libcrypt1_1%3a4.4.33-2_amd64.deb", "libcrypt1"),
            (.dnf, "lua-libs-5.4.6-3.fc40.x86_64.rpm", "lua-libs"), (.zypper, "rsync-3.2.7-1.1.x86_64.rpm", "rsync"),
            (.apk, "lua5.4-libs-5.4.6-r4.apk", "lua5.4-libs"),
            (.pacman, "lua53-5.3.6-2-x86_64.pkg.tar.zst", "lua53"),
            (.pacman, "lua53-5.3.6-2-x86_64.pkg.tar.zst.sig", nil),
            (.apt, "Packages", nil), (.apt, "_1_2.deb", nil), (.apk, "rsync.apk", nil),
        ] as [(PackageFamily, String, String?)]
    )
    func packageOfFile(family: PackageFamily, file: String, name: String?) {
        #expect(family.manager.package(of: file) == name)
    }
}
