import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

@Suite("The limits of inotify on a host", .timeLimit(.minutes(1)))
struct InotifyLimitsFactTests {
    @Test(
        "Limits in a file system that is read-only cannot be set, by root neither",
        arguments: [["dash"], ["bash", "--posix"], ["busybox", "sh"]]
    )
    func readOnly(shell: [String]) async throws {
        let mounted = """
            mkdir "$1/proc" && mount -t proc proc "$1/proc" && mount --bind "$1/proc/sys" /proc/sys || exit 9
            [ "$2" = writable ] || mount -o remount,ro,bind /proc/sys || exit 9
            script=$3; shift 3; exec "$@" -c "$script"
            """
        for isWritable in [true, false] {
            try await TemporaryDirectory.with { directory in
                let said = try await LocalProgram.run(
                    "unshare",
                    [
                        "--mount", "--propagation", "private", "sh", "-c", mounted, "sh", directory["."],
                        isWritable ? "writable" : "read-only", InotifyLimitsFact().script,
                    ] + shell
                )
                let limits = try InotifyLimitsFact().value(
                    in: ProbeOutput(status: Int(said.status), text: said.output, errorText: said.error)
                )
                #expect(limits.areWritable == isWritable)
            }
        }
    }
}
