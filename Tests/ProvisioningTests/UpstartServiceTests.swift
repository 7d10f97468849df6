import LockstepTestSupport
import Provisioning
import Testing

/// The `service` module's scripts for upstart, with `/etc` and what they call in a directory of their own.
@Suite("Services under upstart")
struct UpstartServiceTests {
    @Test("What is to be masked is stopped, be it a job or a script, and starts no more", arguments: [true, false])
    func mask(isJob: Bool) async throws {
        try await TemporaryDirectory.with { directory in
            let prepared = try await LocalProgram.shell(
                """
                cd "$1"
                mkdir -p bin etc/init etc/init.d etc/default etc/rc2.d
                : >bin/update-rc.d
                echo 'if [ -e job-runs ]; then echo "lsyncd start/running, process 7"; else echo "lsyncd stop/waiting"; fi' >bin/status
                echo 'rm job-runs' >bin/stop
                echo 'case $1 in status) [ -e script-runs ] ;; stop) rm script-runs ;; esac' >etc/init.d/lsyncd
                chmod 755 bin/* etc/init.d/lsyncd
                : >etc/rc2.d/S01lsyncd
                if [ "$2" = true ]; then : >etc/init/lsyncd.conf; : >job-runs; else : >script-runs; fi
                """,
                directory[""],
                String(isJob)
            )
            #expect(prepared.status == 0, "\(prepared.error)")
            let module = try ServiceModule(
                ModuleArguments([
                    "name": .known("lsyncd.service"), "state": .known("masked"), "manager": .known("upstart"),
                ])
            )
            let plan = try await plan(module, directory)
            guard case .change(let change) = plan else {
                Issue.record("no change planned: \(plan)")
                return
            }
            #expect(change.diff == ["- running", "+ masked"])
            let applied = try await run(change.script, directory)
            #expect(applied.status == 0, "\(applied.error)")
            #expect(directory.read(isJob ? "job-runs" : "script-runs") == nil)
            #expect(directory.read("etc/init/lsyncd.override") == "manual\n")
            #expect(directory.read("etc/default/lsyncd")?.hasPrefix("exit 0") == true)
            #expect(try await self.plan(module, directory) == .ok())
        }
    }

    @Test("What stands in the files that a mask writes to stays there, line for line")
    func maskKeepsLines() async throws {
        try await TemporaryDirectory.with { directory in
            let prepared = try await LocalProgram.shell(
                """
                cd "$1"
                mkdir -p bin etc/init etc/default
                : >bin/update-rc.d
                echo 'echo "lsyncd stop/waiting"' >bin/status
                chmod 755 bin/*
                : >etc/init/lsyncd.conf
                printf 'A=b\\r\\nC=d' >etc/default/lsyncd
                printf 'env X=1\\n' >etc/init/lsyncd.override
                """,
                directory[""]
            )
            #expect(prepared.status == 0, "\(prepared.error)")
            let module = try ServiceModule(
                ModuleArguments([
                    "name": .known("lsyncd.service"), "state": .known("masked"), "manager": .known("upstart"),
                ])
            )
            guard case .change(let change) = try await plan(module, directory) else {
                Issue.record("no change planned")
                return
            }
            let applied = try await run(change.script, directory)
            #expect(applied.status == 0, "\(applied.error)")
            #expect(directory.read("etc/init/lsyncd.override") == "env X=1\nmanual\n")
            let exit = "exit 0 # Lockstep: services of its own do this\n"
            #expect(directory.read("etc/default/lsyncd").map { Array($0.utf8) } == Array("A=b\r\nC=d\n\(exit)".utf8))
            #expect(try await plan(module, directory) == .ok())
        }
    }

    private func plan(_ module: ServiceModule, _ directory: TemporaryDirectory) async throws -> TaskPlan {
        let question = try #require(module.facts.snippets.first)
        let answer = try await run(question.script, directory)
        let output = ProbeOutput(status: Int(answer.status), text: answer.output)
        return try module.plan(from: module.facts.facts(in: [0: output]), in: PlanContext())
    }

    private func run(_ script: String, _ directory: TemporaryDirectory) async throws -> LocalProgram.Result {
        let moved = script.replacing("/etc/", with: directory["etc"] + "/")
        return try await LocalProgram.shell(
            "set -eu; cd \"$1\"; PATH=$PWD/bin:$PATH\n\(ChangeFunctions.text)\n\(moved)",
            directory[""]
        )
    }
}
