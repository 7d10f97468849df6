import Foundation
import LockstepTestSupport
import RemoteHost
import Testing

@testable import Lsyncd

@Suite("The wait for the first pass")
struct FirstPassTests {
    /// The script with its folder and its service manager replaced by the test's own.
    func script(in directory: TemporaryDirectory, slaves: [String], seconds: Int = 60) -> String {
        """
        systemctl() {
            [ "$1 $2" = 'is-active --' ] || return
            shift 2
            echo "$#" >>"\(directory["asked"])"
            for unit; do if [ -e "\(directory["active"])" ]; then echo active; else echo inactive; fi; done
        }

        """
            + FirstPass(copies: slaves, seconds: seconds).script.replacing("/run/lockstep/", with: "\(directory["."])/")
            .replacing("/run/systemd/system", with: directory["."])
    }

    /// A report that was written so many seconds ago.
    func report(_ phase: String, age: Int = -30) -> String {
        "{\"layer\":4,\"phase\":\"\(phase)\",\"written_at\":\(Int(Date().timeIntervalSince1970) - age)}"
    }

    /// The copies that were waited for, one after the other.
    func waiting(_ result: CommandResult) -> [[String]] {
        result.outputText.split(separator: "\n").map(String.init).compactMap(FirstPass.waiting(in:))
    }

    @Test("It ends when every slave is live or has failed, and says for whom it waits")
    func waits() async throws {
        try await TemporaryDirectory.with { directory in
            for slave in ["a", "b", "c", "d"] { try await runLocally("mkdir", [directory[slave]]) }
            try directory.write("\(report("live"))", to: "a/report.json")
            try directory.write("\(report("starting"))", to: "b/report.json")
            try directory.write("\(report("suspended"))", to: "c/report.json")
            try directory.write("", to: "active")
            let change = """
                (sleep 1.5; echo '\(report("live", age: -30))' >\(directory["b/report.json"]); sleep 1.5; rm \(directory["active"])) &
                """
            let command = Command.script(
                change + "\n" + script(in: directory, slaves: ["a", "b", "c", "d"]),
                deadline: .seconds(60)
            )
            let result = try await LocalShellHost().run(command)
            #expect(result.succeeded)
            #expect(waiting(result) == [["b", "d"], ["d"]])
        }
    }

    @Test(
        "A full pass is waited for, the first or a later one, and nothing else that a report tells of",
        arguments: [
            ("starting", true), ("catching-up", true), ("live", false), ("suspended", false), ("tired", false),
        ]
    )
    func phases(phase: String, isWaitedFor: Bool) async throws {
        try await TemporaryDirectory.with { directory in
            try await runLocally("mkdir", [directory["a"]])
            try directory.write(report(phase), to: "a/report.json")
            try directory.write("", to: "active")
            let script = "sleep() { echo slept $1; }\n" + script(in: directory, slaves: ["a"], seconds: 2)
            let result = try await LocalShellHost().run(.script(script, deadline: .seconds(60)))
            #expect(result.outputText == (isWaitedFor ? "waiting a\nslept 1\n\nslept 1\n\nlate\n" : ""))
        }
    }

    @Test("Services that do not run are not waited for")
    func stopped() async throws {
        try await TemporaryDirectory.with { directory in
            let command = Command.script(script(in: directory, slaves: ["a"]), deadline: .seconds(60))
            let result = try await LocalShellHost().run(command)
            #expect(result.succeeded && result.outputText.isEmpty)
        }
    }

    @Test("A report that is not renewed is not trusted, whatever it says; the time is bounded")
    func stale() async throws {
        try await TemporaryDirectory.with { directory in
            for copy in ["old-live", "old-start", "live"] { try await runLocally("mkdir", [directory[copy]]) }
            try directory.write(report("live", age: 60), to: "old-live/report.json")
            try directory.write(report("starting", age: 60), to: "old-start/report.json")
            try directory.write(report("live"), to: "live/report.json")
            try directory.write("", to: "active")
            let script = script(in: directory, slaves: ["old-live", "old-start", "live"], seconds: 2)
            let result = try await LocalShellHost().run(.script(script, deadline: .seconds(30)))
            #expect(waiting(result) == [["old-live", "old-start"]])
            #expect(result.outputText.hasSuffix("\nlate\n"))
            #expect(try directory.text("asked") == "2\n2\n", "all services are asked for at once")
        }
    }

    @Test("A copy is waited for while the lsyncd runs that keeps it", arguments: ["dash", "bash", "busybox sh"])
    func shared(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            let units = [("_shared-1", "a b"), ("d", "d")]
            for (keeper, copies) in units {
                try await runLocally("mkdir", [directory["lockstep-lsyncd@\(keeper).service.d"]])
                try directory.write(
                    "Environment=\"LOCKSTEP_COPIES=\(copies)\"\n",
                    to: "lockstep-lsyncd@\(keeper).service.d/copies.conf"
                )
            }
            // Of the four, only the lsyncd that a and b share runs.
            let systemctl = """
                sleep() { :; }
                systemctl() {
                    shift 2
                    for unit; do case $unit in *_shared-1*) echo active ;; *) echo failed ;; esac; done
                }

                """
            let script = FirstPass(copies: ["a", "b", "c", "d"], seconds: 1).script
                .replacing("/run/lockstep/", with: "\(directory["."])/")
                .replacing("/etc/systemd/system/", with: "\(directory["."])/")
                .replacing("/run/systemd/system", with: directory["."])
            let result = try await LocalProgram.run("sh", ["-c", "exec \(shell) -s"], input: systemctl + script)
            #expect(result.output == "waiting a b\n\nlate\n", "\(result.error)")
        }
    }

    @Test("It ends by itself where nobody listens any more", arguments: ["dash", "bash", "busybox sh"])
    func unheard(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            try await runLocally("mkdir", [directory["a"]])
            try directory.write(report("starting"), to: "a/report.json")
            try directory.write(script(in: directory, slaves: ["a"]), to: "script")
            let run = """
                cd '\(directory["."])'
                mkfifo pipe
                \(shell) script >pipe & poll=$!
                exec 3<pipe
                read -r line <&3
                exec 3<&-
                for look in $(seq 200); do kill -0 $poll 2>/dev/null || break; sleep 0.1; done
                kill -0 $poll 2>/dev/null && echo "still there" || echo "$line"
                """
            #expect(try await runLocally("bash", ["-c", run]) == "waiting a")
        }
    }
}
