import LockstepTestSupport
import Provisioning
import Testing

/// The `sysctl` module's look at files, with `/etc` and the like in a directory of their own.
@Suite("Kernel settings after a restart")
struct SysctlFilesTests {
    @Test("Files are read as the host reads them when it starts", arguments: [true, false])
    func order(hasSystemd: Bool) async throws {
        try await TemporaryDirectory.with { directory in
            let prepared = try await LocalProgram.shell(
                """
                cd "$1"
                mkdir -p etc/sysctl.d usr/lib/sysctl.d proc/sys/fs/inotify run
                [ "$2" = false ] || mkdir -p run/systemd/system
                echo 600000 >proc/sys/fs/inotify/max_user_watches
                echo 'fs.inotify.max_user_watches = 600000' >usr/lib/sysctl.d/50-a.conf
                echo 'fs.inotify.max_user_watches = 1' >usr/lib/sysctl.d/60-b.conf
                ln -s /dev/null etc/sysctl.d/60-b.conf
                echo 'fs.inotify.max_user_watches = 2' >etc/sysctl.d/.70-c.conf
                echo 'fs.inotify.max_user_watches = 3' >etc/sysctl.d/70-c.conf.previous
                printf '# fs.inotify.max_user_watches = 4\\r\\nfs.inotify.* = 5\\n' >etc/sysctl.d/80-d.conf
                echo 'fs.inotify.max_user_watches = 6' >etc/sysctl.conf
                """,
                directory[""],
                String(hasSystemd)
            )
            #expect(prepared.status == 0, "\(prepared.error)")
            let module = try SysctlModule(
                ModuleArguments(["name": .known("fs.inotify.max_user_watches"), "value": .known("524288")])
            )
            var script = try #require(module.facts.snippets.first).script
            for folder in ["/etc", "/usr/lib", "/usr/local/lib", "/run", "/proc"] {
                script = script.replacing("\(folder)/", with: directory[""] + "\(folder)/")
                    .replacing("\(folder) ", with: directory[""] + "\(folder) ")
            }
            let probe = try await LocalProgram.shell("set -eu\n\(script)", directory[""])
            #expect(probe.status == 0, "\(probe.error)")
            let output = probe.output.replacing(directory[""], with: "")
            let plan = {
                try module.plan(from: module.facts.facts(in: [0: ProbeOutput(text: output)]), in: PlanContext())
            }
            if hasSystemd {
                #expect(try plan() == .ok())
            } else {
                let error = #expect(throws: PlanError.self) { try plan() }
                #expect(error?.message.hasPrefix("/etc/sysctl.conf:1 sets fs.inotify.max_user_watches to 6") == true)
            }
        }
    }
}
