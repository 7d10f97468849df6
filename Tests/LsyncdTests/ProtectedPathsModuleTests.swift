import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

@Suite("Paths that no target may hold", .timeLimit(.minutes(1)))
struct ProtectedPathsModuleTests {
    /// What is planned where a user's home is `home/alice` of a directory, by this shell.
    private func plan(
        _ directory: TemporaryDirectory,
        targets: [String],
        excludes: String = "",
        includes: String = "",
        by shell: [String]
    ) async throws -> TaskPlan {
        let module = try ProtectedPathsModule(
            ModuleArguments([
                "users": .known("alice nobody-of-that-name"),
                "paths": .known("\(directory["lib/gate"])\n\(directory["lib/absent"])"),
                "targets": .known(targets.map { directory[$0] }.joined(separator: "\n")),
                "excludes": .known(excludes), "includes": .known(includes),
            ])
        )
        let script = try #require(module.facts.snippets.first).script
        let getent = """
            getent() { [ "$2" != alice ] || printf 'alice:x:1000:1000::%s:/bin/sh\\n' '\(directory["home/alice"])'; }

            """
        let command = shell + ["-c", getent + script]
        let result = try await LocalProgram.run(command[0], Array(command.dropFirst()))
        #expect(result.error == "")
        let output = ProbeOutput(status: Int(result.status), text: result.output)
        return try module.plan(from: module.facts.facts(in: [0: output]), in: PlanContext())
    }

    private static let shells = [["dash"], ["busybox", "sh"], ["bash", "--posix"]]

    private func with(_ body: (TemporaryDirectory) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            _ = try await LocalProgram.shell(
                """
                cd "$1" && mkdir -p 'disk/a b/alice/.ssh/more' home lib/gate srv/mirror keys &&
                ln -s '../disk/a b/alice' home/alice && ln -s '../disk/a b/alice' srv/link && ln -s ../lib srv/lib &&
                echo key >keys/alice && ln -s ../../../../keys/alice 'disk/a b/alice/.ssh/authorized_keys'
                """,
                directory["."]
            )
            try await body(directory)
        }
    }

    @Test("A path is told once, and once more where it leads elsewhere", arguments: shells)
    func once(shell: [String]) async throws {
        try await with { directory in
            for (path, target, count) in [("lib/gate", "lib", 1), ("srv/lib", ".", 2)] {
                let fact = ProtectedPathsFact(users: [], paths: [directory[path]], targets: [directory[target]])
                let result = try await LocalProgram.run(shell[0], Array(shell.dropFirst()) + ["-c", fact.script])
                #expect(result.error == "")
                let meetings = try fact.value(in: ProbeOutput(status: Int(result.status), text: result.output))
                #expect(meetings.count == count)
            }
        }
    }

    @Test("A target elsewhere is fine, one that is not there yet too", arguments: shells)
    func fine(shell: [String]) async throws {
        try await with { directory in
            let targets = ["srv/mirror", "srv/new/one", "home/bob", "lib/gate2", "disk/a b/alice/data"]
            let planned = try await plan(directory, targets: targets, by: shell)
            #expect(planned == .ok())
        }
    }

    @Test("A home, what is above it, behind links, and what is in .ssh are refused", arguments: shells)
    func refused(shell: [String]) async throws {
        let holds = [
            "home/alice", "home", "disk", "disk/a b", "disk/a b/alice", "srv/link", "keys", "lib", "srv/lib",
        ]
        let others = ["lib/gate", "srv/lib/gate/x/y", "home/alice/.ssh", "srv/link/.ssh/new/er"]
        try await with { directory in
            for target in holds + others {
                let error = await #expect(throws: PlanError.self, "\(target)") {
                    try await plan(directory, targets: ["srv/mirror", target], by: shell)
                }
                #expect(error?.isRefusal == true)
                #expect(error?.message.hasPrefix("the target \(directory[target]) ") == true, "\(error as Any)")
                #expect(error?.hint?.contains("'exclude'") == holds.contains(target), "\(error as Any)")
                let purpose =
                    target.contains("lib") ? ", which is Lockstep's own" : ", by whose keys this host is logged into"
                #expect(error?.message.hasSuffix(purpose) == true, "\(error as Any)")
            }
        }
    }

    /// What mounts `home` onto `srv/mirror` for the program after it, and for no other.
    private static let mounting = [
        "unshare", "--map-root-user", "--mount", "sh", "-c",
        "mount --bind \"$0/home\" \"$0/srv/mirror\" && exec \"$@\"",
    ]

    private static func canMount() async throws -> Bool {
        try await TemporaryDirectory.with { directory in
            for name in ["home", "srv", "srv/mirror"] { try await runLocally("mkdir", [directory[name]]) }
            let words = mounting + [directory["."], "true"]
            return try await LocalProgram.run(words[0], Array(words.dropFirst())).status == 0
        }
    }

    @Test(
        "A directory that is mounted in two places is one",
        .enabled("needs a user's own mounts", { try await canMount() }),
        arguments: shells
    )
    func mounted(shell: [String]) async throws {
        try await with { directory in
            let shell = Self.mounting + [directory["."]] + shell
            let error = await #expect(throws: PlanError.self) {
                try await plan(directory, targets: ["srv/mirror"], by: shell)
            }
            #expect(error?.isRefusal == true && error?.message.contains(" holds ") == true, "\(error as Any)")
            let planned = try await plan(directory, targets: ["srv/mirror/bob"], by: shell)
            #expect(planned == .ok())
        }
    }

    @Test("What is excluded is kept: by a pattern of this target, and if no include brings it back", arguments: shells)
    func excluded(shell: [String]) async throws {
        try await with { directory in
            let targets = ["srv/mirror", "home/alice"]
            let planned = try await plan(directory, targets: targets, excludes: "1 /.ssh", by: shell)
            #expect(planned == .ok())
            for (excludes, includes) in [("0 /.ssh", ""), ("1 /.ssh", "1 .s*"), ("1 .cache", "")] {
                await #expect(throws: PlanError.self) {
                    try await plan(directory, targets: targets, excludes: excludes, includes: includes, by: shell)
                }
            }
        }
    }

    @Test("An answer that makes no sense is no consent")
    func nonsense() throws {
        let module = try ProtectedPathsModule(ModuleArguments(["users": .known("a"), "targets": .known("/srv")]))
        for text in ["holds 0\n/a\n", "holds 1\n/a\n/b\n", "words\n", "holds 0\n/a\n/b\nmore\n"] {
            #expect(throws: PlanError.self, "\(text)") {
                try module.plan(from: module.facts.facts(in: [0: ProbeOutput(text: text)]), in: PlanContext())
            }
        }
        #expect(throws: ArgumentError.self) {
            try ProtectedPathsModule(ModuleArguments(["users": .known("a"), "excludes": .known("/.ssh")]))
        }
    }
}
