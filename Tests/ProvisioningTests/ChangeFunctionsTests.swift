import FoundationEssentials
import LockstepTestSupport
import Provisioning
import RemoteHost
import Testing

/// What changes do with files, whatever the tools of the host.
@Suite("Files are replaced whole")
struct ChangeFunctionsTests {
    /// Runs a change's script on a host, and returns what it printed.
    private func apply(_ script: String, on host: LocalShellHost) async throws -> ProbeOutput {
        try await ModuleConformance(on: host).apply(Change("", script: script))
    }

    /// Puts a program of some sh text before all others of that name.
    private func put(_ text: String, as name: String, in bin: String) throws {
        try? FileManager.default.removeItem(atPath: "\(bin)/\(name)")
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(filePath: "\(bin)/\(name)"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bin)/\(name)")
    }

    private func withHost(
        _ userland: TestUserland,
        _ body: (LocalShellHost, TemporaryDirectory) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory["d"], withIntermediateDirectories: true)
            try await body(try await userland.install(in: directory["bin"], home: directory["home"]), directory)
        }
    }

    /// BusyBox's shell runs its own sync and mv, whatever stands in PATH.
    @Test("A file is on the disk before it is moved, and its directory after", arguments: [TestUserland.dash, .bash])
    func flushed(userland: TestUserland) async throws {
        try await withHost(userland) { host, directory in
            let (bin, log) = (directory["bin"], directory["log"])
            try put("echo \"sync $*\" >>\(log); exec /bin/sync \"$@\"", as: "sync", in: bin)
            try put("echo \"mv $*\" >>\(log); exec /bin/mv \"$@\"", as: "mv", in: bin)
            let path = directory["d/app.conf"]
            let output = try await apply(
                "name_aside \(path)\necho new >\"$new\"\nput_in_place \"$new\" \(path)\necho \"$new\"",
                on: host
            )
            let new = output.trimmedText
            #expect(try directory.text("d/app.conf") == "new\n")
            #expect(
                try directory.text("log").split(separator: "\n")
                    == ["sync --help", "sync -- \(new)", "mv -f -- \(new) \(path)", "sync -- \(directory["d"])/"]
            )
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory["d"]) == ["app.conf"])
        }
    }

    @Test("Where sync takes no names, no other file of the host is waited for")
    func oldSync() async throws {
        try await withHost(.dash) { host, directory in
            let log = directory["log"]
            try put("echo \"sync $*\" >>\(log); [ \"$1\" = --help ] || exit 1", as: "sync", in: directory["bin"])
            try put("echo dd >>\(log); exec /bin/dd \"$@\"", as: "dd", in: directory["bin"])
            let path = directory["d/app.conf"]
            let output = try await apply(
                "name_aside \(path)\necho new >\"$new\"\nput_in_place \"$new\" \(path)",
                on: host
            )
            #expect(output.status == 0, "\(output.text)")
            #expect(try directory.text("d/app.conf") == "new\n")
            #expect(try directory.text("log") == "sync --help\ndd\ndd\n")
        }
    }

    @Test("What is written is in a hidden directory, where nobody looks for settings", arguments: TestUserland.allCases)
    func namesAside(userland: TestUserland) async throws {
        try await withHost(userland) { host, directory in
            let folder = directory["d"]
            try directory.write("find \(folder) -type f; ls \(folder); exit 1\n", to: "check")
            let arguments = ModuleArguments([
                "src": .known("x"), "dest": .known("\(folder)/app.conf"),
                "validate": .known("sh \(directory["check"]) %s"),
            ]) { (_) throws(ArgumentError) in "new\n" }
            let module = try TemplateModule(arguments)
            let kit = ModuleConformance(on: host)
            guard case .change(let change) = try module.plan(from: await kit.facts(for: module), in: PlanContext())
            else {
                Issue.record("no change planned")
                return
            }
            let seen = try await kit.apply(change).lines.sorted()
            #expect(seen.count == 2)
            for file in seen {
                #expect(file.hasPrefix("\(folder)/.app.conf.lockstep-"))
                #expect(file.hasSuffix("/app.conf") || file.hasSuffix("/.check"))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test("What a run that was killed left beside a file goes with the next change of that file")
    func leftovers() async throws {
        try await withHost(.busybox) { host, directory in
            let path = directory["d/app.conf"]
            let killed = "name_aside \(path)\necho half >\"$new\"\nkill -9 $(sh -c 'echo $PPID')"
            #expect(try await apply(killed, on: host).status != 0)
            try directory.write("", to: "d/.app.conf.lockstep-abcdefg")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory["d"]).count == 2)
            _ = try await apply("name_aside \(path)\necho new >\"$new\"\nput_in_place \"$new\" \(path)", on: host)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory["d"]).sorted()
                    == [".app.conf.lockstep-abcdefg", "app.conf"]
            )
        }
    }

    @Test("An edit that would lose a byte of others is refused", arguments: ["head", "tail", "awk", "sha256sum"])
    func losesNothing(broken: String) async throws {
        try await withHost(.dash) { host, directory in
            let text = "one\r\nours\ntwo\nthree\n"
            try directory.write(text, to: "d/keys")
            // One that says nothing, as on a full disk or with a limit of memory.
            let program = broken == "tail" ? "/usr/bin/tail \"$@\" | tr -d e" : "exit 0"
            try put(program, as: broken, in: directory["bin"])
            let output = try await apply("edit_lines \(directory["d/keys"]) 1 ours new", on: host)
            #expect(output.ending == .refused)
            #expect(output.text.contains("\(directory["d/keys"]) stays as it is"))
            #expect(directory.read("d/keys").map { Array($0.utf8) } == Array(text.utf8))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory["d"]) == ["keys"])
        }
    }

    @Test("So is one that only adds a line", arguments: ["tail", "awk", "sha256sum"])
    func losesNothingWhereNothingGoes(broken: String) async throws {
        try await withHost(.dash) { host, directory in
            try directory.write("one\ntwo", to: "d/keys")
            let program = broken == "tail" ? "/usr/bin/tail \"$@\" | tr -d e" : "exit 0"
            try put(program, as: broken, in: directory["bin"])
            let output = try await apply("edit_lines \(directory["d/keys"]) 0 new", on: host)
            #expect(output.ending == .refused)
            #expect(directory.read("d/keys") == "one\ntwo")
        }
    }

    @Test("A file that is reached by a link is edited where it is, and keeps its rights")
    func link() async throws {
        try await withHost(.busybox) { host, directory in
            try directory.write("one\n", to: "real")
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: directory["real"])
            try FileManager.default.createSymbolicLink(atPath: directory["d/keys"], withDestinationPath: "../real")
            _ = try await apply("edit_lines \(directory["d/keys"]) 0 two", on: host)
            #expect(try directory.text("real") == "one\ntwo\n")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory["d/keys"]) == "../real")
            let rights = try FileManager.default.attributesOfItem(atPath: directory["real"])
            #expect((rights[.posixPermissions] as? Int) == 0o640)
        }
    }
}
