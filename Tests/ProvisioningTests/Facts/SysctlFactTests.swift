import Foundation
import LockstepTestSupport
import Testing

@testable import Provisioning

@Suite("Kernel settings of a host", .timeLimit(.minutes(1)))
struct SysctlFactTests {
    @Test(
        "All settings are one question; one that the kernel does not have is no answer",
        arguments: TestUserland.allCases
    )
    func together(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let names = ["fs.inotify.max_user_watches", "kernel.pid_max", "fs.nothing.of_that_name"]
            let questions = names.map { SysctlFact($0) }
            let set = FactSet(questions[0], questions[1], questions[2])
            #expect(set.snippets.count == 1)
            let facts = try await userland.answers(set, in: directory)
            for (question, path) in zip(questions, ["fs/inotify/max_user_watches", "kernel/pid_max"]) {
                let present = try await LocalProgram.run("cat", ["/proc/sys/\(path)"]).output
                #expect(try "\(facts.value(of: question).present)\n" == present)
            }
            let error = #expect(throws: PlanError.self) { try facts.value(of: questions[2]) }
            #expect(error?.message.hasPrefix("this kernel has no setting fs.nothing.of_that_name: ") == true)
            #expect(error?.message.contains("/proc/sys/fs/nothing/of_that_name") == true)
        }
    }

    @Test("Each setting has what the files say of it, and not what they say of another")
    func files() throws {
        let questions = ["fs.inotify.max_user_watches", "kernel.pid_max"].map { SysctlFact($0) }
        let values = SysctlFact.values(
            of: questions,
            in: ProbeOutput(
                text: """
                    setting fs.inotify.max_user_watches read-only 8192
                    setting kernel.pid_max writable 32768
                    file /etc/sysctl.d/10-a.conf
                    /etc/sysctl.d/10-a.conf:1:fs.inotify.max_user_watches = 65536
                    /etc/sysctl.d/10-a.conf:2:kernel.pid_max=4194304

                    """
            )
        )
        let (watches, pids) = (try values[questions[0]]?.get(), try values[questions[1]]?.get())
        #expect(watches?.isWritable == false && watches?.files.afterRestart?.value == 65536)
        #expect(pids?.isWritable == true && pids?.files.afterRestart?.line == 2)
    }

    @Test(
        "A setting in a file system that is read-only cannot be set, by root neither",
        arguments: TestUserland.allCases
    )
    func readOnly(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            _ = try await userland.install(in: directory["bin"], home: directory["home"])
            let name = "fs.inotify.max_user_watches"
            try directory.write(SysctlFact.script(asking: [SysctlFact(name)]), to: "script")
            let mounted = """
                mount -t proc proc "$1/proc" && mount --bind "$1/proc/sys" /proc/sys || exit 9
                PATH=$1/bin:$PATH; sh "$1/script"
                mount -o remount,ro,bind /proc/sys || exit 9
                sh "$1/script"
                """
            try FileManager.default.createDirectory(atPath: directory["proc"], withIntermediateDirectories: true)
            let said = try await LocalProgram.run(
                "unshare",
                ["--mount", "--propagation", "private", "sh", "-c", mounted, "sh", directory["."]]
            )
            #expect(said.status == 0, "\(said.error)")
            let lines = said.output.split(separator: "\n").filter { $0.hasPrefix("setting \(name) ") }
            #expect(lines.map { $0.split(separator: " ")[2] } == ["writable", "read-only"])
        }
    }
}
