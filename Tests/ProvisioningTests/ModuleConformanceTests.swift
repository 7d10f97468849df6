import Foundation
import LockstepTestSupport
import Provisioning
import RemoteHost
import SystemPackage
import Testing

/// Modules on a real shell, as far as they can be tried without being root of a machine of their own.
@Suite("Modules, in a real shell")
struct ModuleConformanceTests {
    let kit = ModuleConformance(on: LocalShellHost())
    /// A path that nobody would choose, and everybody must survive.
    let hostile = "it's a $(touch pwned) \"dir\"\\n;é"

    @Test("A directory is made")
    func directory() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory["\(hostile)/below"]
            try await kit.expectChangeThenOk(DirectoryModule.self, ["path": path, "mode": "0750"])
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("A directory's rights are set")
    func directoryRights() async throws {
        try await TemporaryDirectory.with { directory in
            try await kit.expectChangeThenOk(DirectoryModule.self, ["path": directory.path.string, "mode": "0711"])
        }
    }

    @Test("A template is written, rewritten, and the text before is kept beside it")
    func template() async throws {
        try await TemporaryDirectory.with { directory in
            let values = ["src": "x", "dest": directory["a 'file'"], "mode": "0640", "backup": "yes"]
            let first = "quotes ' \" `id` $(id) \\n\n%s\n"
            try await kit.expectChangeThenOk(TemplateModule.self, values, template: first)
            #expect(try directory.text("a 'file'") == first)
            try await kit.expectChangeThenOk(TemplateModule.self, values, template: "second")
            #expect(try directory.text("a 'file'") == "second")
            #expect(try directory.text("a 'file'.previous") == first)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path.string).count == 2)
        }
    }

    @Test("A template that its check refuses changes nothing, and says why")
    func templateValidation() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("good\n", to: "app.conf")
            let arguments = ModuleArguments([
                "src": .known("x"), "dest": .known(directory["app.conf"]), "validate": .known("grep good %s"),
            ]) { (_) throws(ArgumentError) in "bad\n" }
            let module = try TemplateModule(arguments)
            guard case .change(let change) = try module.plan(from: await kit.facts(for: module), in: PlanContext())
            else {
                Issue.record("no change planned")
                return
            }
            #expect(try await kit.apply(change).status == 1)
            #expect(try directory.text("app.conf") == "good\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path.string) == ["app.conf"])
        }
    }

    @Test("A file that changed since the plan is left alone")
    func templateMoved() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("old\n", to: "app.conf")
            let arguments = ModuleArguments(["src": .known("x"), "dest": .known(directory["app.conf"])]) {
                (_) throws(ArgumentError) in "new\n"
            }
            let module = try TemplateModule(arguments)
            guard case .change(let change) = try module.plan(from: await kit.facts(for: module), in: PlanContext())
            else {
                Issue.record("no change planned")
                return
            }
            try directory.write("somebody else's\n", to: "app.conf")
            #expect(try await kit.apply(change).ending == .moved)
            #expect(try directory.text("app.conf") == "somebody else's\n")
        }
    }

    @Test(
        "A file that an earlier task of the run takes away is written anew, also where it was as wanted",
        arguments: ["new\n", "old\n"]
    )
    func templateAfterRemoval(present: String) async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write(present, to: "app.conf")
            let arguments = ModuleArguments(["src": .known("x"), "dest": .known(directory["app.conf"])]) {
                (_) throws(ArgumentError) in "new\n"
            }
            let module = try TemplateModule(arguments)
            let context = PlanContext(pendingWrites: [directory["app.conf"]])
            guard case .change(let change) = try module.plan(from: await kit.facts(for: module), in: context) else {
                Issue.record("no change planned")
                return
            }
            try FileManager.default.removeItem(atPath: directory["app.conf"])
            #expect(try await kit.apply(change).status == 0)
            #expect(try directory.text("app.conf") == "new\n")
        }
    }

    @Test("A key is made once, and its public half is the output")
    func sshKey() async throws {
        try await TemporaryDirectory.with { directory in
            let values = ["path": directory["key"], "comment": "lockstep@hub"]
            let output = try await kit.expectChangeThenOk(SSHKeyModule.self, values)
            #expect(output == (try directory.text("key.pub")).trimmingCharacters(in: .newlines))
            let rights = try FileManager.default.attributesOfItem(atPath: directory["key"])
            #expect((rights[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
    }

    @Test("An id is made once, is another on each host, and is never replaced")
    func identity() async throws {
        try await TemporaryDirectory.with { directory in
            let output = try await kit.expectChangeThenOk(IdentityModule.self, ["path": directory["id"]])
            #expect(try directory.text("id") == output + "\n")
            let other = try await kit.expectChangeThenOk(IdentityModule.self, ["path": directory["other"]])
            #expect(other != output)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: directory.path.string).sorted() == ["id", "other"]
            )

            // Two runs at the same moment: the second finds the first one's.
            let module = try IdentityModule(ModuleArguments(["path": .known(directory["id"])]))
            let fresh = try module.plan(nil, in: PlanContext())
            guard case .change(var change) = fresh else {
                Issue.record("no change planned")
                return
            }
            change.precondition = ""
            #expect(try await kit.apply(change).status != 0)
            #expect(try directory.text("id") == output + "\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path.string).count == 2)
        }
    }

    @Test("A host's keys are recorded beside those of others")
    func knownHosts() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory["known_hosts"]
            // The last line has no newline: editors do that.
            try directory.write("# by hand\nedge10 ssh-ed25519 AAAA10\nedge1 ssh-ed25519 old", to: "known_hosts")
            try await kit.expectChangeThenOk(
                KnownHostsModule.self,
                ["path": path, "host": "edge1", "keys": "ssh-ed25519 new\nssh-rsa newer"]
            )
            #expect(
                try directory.text("known_hosts")
                    == "# by hand\nedge10 ssh-ed25519 AAAA10\nedge1 ssh-ed25519 new\nedge1 ssh-rsa newer\n"
            )
        }
    }

    @Test("Two hosts' keys are recorded in one run, though both were planned from the same file")
    func knownHostsTwice() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory["known_hosts"]
            var steps: [FramedScript.Step] = []
            for host in ["edge1", "edge2"] {
                let module = try KnownHostsModule(
                    ModuleArguments(["path": .known(path), "host": .known(host), "keys": .known("ssh-ed25519 \(host)")])
                )
                let plan = try module.plan(from: await kit.facts(for: module), in: PlanContext())
                guard case .change(let change) = plan else { continue }
                steps.append(FramedScript.Step(change))
            }
            let script = FramedScript(applying: steps, nonce: "n0")
            _ = try await LocalShellHost().run(.script(script.text, deadline: .seconds(20)))
            #expect(try directory.text("known_hosts") == "edge1 ssh-ed25519 edge1\nedge2 ssh-ed25519 edge2\n")
        }
    }

    @Test("A directory that could not be given to its user is not there")
    func directoryNotGiven() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory["a/b/target"]
            let module = try DirectoryModule(
                ModuleArguments(["path": .known(path), "made_for": .known("nobody-of-that-name")])
            )
            guard case .change(let change) = try module.plan(from: await kit.facts(for: module), in: PlanContext())
            else {
                Issue.record("no change planned")
                return
            }
            #expect(try await kit.apply(change).status != 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory["a/b"]).isEmpty)
        }
    }

    @Test("A name that is spelled in two ways is two names")
    func templateOfAnotherSpelling() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("target = /srv/e\u{301}\n", to: "app.conf")
            try await kit.expectChangeThenOk(
                TemplateModule.self,
                ["src": "x", "dest": directory["app.conf"]],
                template: "target = /srv/\u{E9}\n"
            )
        }
    }

    @Test("A template whose content is another at last than was foreseen is planned from what was seen of its file")
    func foreseen() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory["app.conf"]
            let module = { (content: String) in
                let values: [String: Deferred<String>] = ["src": .known("x"), "dest": .known(path)]
                return try TemplateModule(ModuleArguments(values) { (_) throws(ArgumentError) in content })
            }
            try directory.write("window = yes\n", to: "app.conf")
            let seen = try await kit.facts(for: module("window = yes\n"))
            #expect(try module("window = yes\n").plan(from: seen, in: PlanContext()) == .ok())
            guard case .change(let change) = try module("window = no\n").plan(from: seen, in: PlanContext()) else {
                Issue.record("no change planned")
                return
            }
            #expect(change.diff == ["- window = yes", "+ window = no"])
            #expect(try await kit.apply(change).hasSucceeded)
            let again = try await kit.facts(for: module("window = yes\n"))
            #expect(try module("window = no\n").plan(from: again, in: PlanContext()) == .ok())
        }
    }

    @Test("A host that answers with frames of its own is asked three times and changed once")
    func scriptedHost() async throws {
        let looked = { (text: String) in
            "\nconformance begin\n\(text)\nconformance 0 0\n\nconformance errors\n\nconformance 0\n\nconformance end\n"
        }
        let host = ScriptedHost([
            .to("stat -L", prints: looked("absent|/srv/data\n")),
            .to("stat -L", prints: looked("absent|/srv/data\n")),
            .to("mkdir -p -- /srv\nname_aside /srv/data\n", prints: "\nconformance 0 ended 0 0 0\n\nconformance end\n"),
            .to(
                "stat -L",
                prints: looked("is|directory|root|root|755|/srv/data\n")
            ),
        ])
        try await ModuleConformance(on: host).expectChangeThenOk(DirectoryModule.self, ["path": "/srv/data"])
        #expect(host.unusedAnswers.isEmpty)
    }
}
