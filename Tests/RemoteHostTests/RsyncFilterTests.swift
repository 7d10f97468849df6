import LockstepTestSupport
import RemoteHost
import Testing

@Suite("Which paths rsync's patterns leave alone")
struct RsyncFilterTests {
    @Test(
        "An exclude pattern that certainly matches, the path or a directory above it",
        arguments: ["/.ssh", ".ssh", ".*", "/.s?h", "*", "*sh"]
    )
    func keeps(pattern: String) {
        #expect(RsyncFilter(excludes: ["*.tmp", pattern], includes: []).certainlyKeeps([".ssh"]))
        #expect(RsyncFilter(excludes: [pattern], includes: []).certainlyKeeps([".ssh", "authorized_keys"]))
    }

    @Test("Below a home", arguments: ["/alice/.ssh", "alice/.ssh", ".ssh", "/alice", "ali*"])
    func below(pattern: String) {
        #expect(RsyncFilter(excludes: [pattern], includes: ["/bob/.ssh"]).certainlyKeeps(["alice", ".ssh"]))
    }

    @Test(
        "A pattern that matches something else, or of which it is not certain",
        arguments: ["/ssh", "/alice/.ssh", "ssh", ".ssh/", "[.]ssh", "\\.ssh", "**", "/.ssh/*", "/", ".ssh2", ".ss"]
    )
    func lets(pattern: String) {
        #expect(!RsyncFilter(excludes: [pattern], includes: []).certainlyKeeps([".ssh"]))
    }

    @Test("An include pattern comes first", arguments: [".ssh", ".s*", "/.ssh/", "[.]*", "**", "*"])
    func included(pattern: String) {
        #expect(!RsyncFilter(excludes: ["/.ssh"], includes: [pattern]).certainlyKeeps([".ssh"]))
    }

    @Test("An include pattern for something else changes nothing", arguments: ["/bob", "*.txt", "/.ssh/config"])
    func includedElsewhere(pattern: String) {
        #expect(RsyncFilter(excludes: ["/.ssh"], includes: [pattern]).certainlyKeeps([".ssh"]))
    }

    @Test("What it calls kept, the real rsync keeps", .timeLimit(.minutes(1)))
    func real() async throws {
        try await TemporaryDirectory.with { directory in
            for pattern in ["/.ssh", ".ssh", ".*", "/.s?h", "*sh", "/alice", "alice/.ssh"] {
                let result = try await LocalProgram.shell(
                    """
                    cd "$1" && rm -rf from to && mkdir -p from to/.ssh to/alice/.ssh &&
                    echo key >to/.ssh/authorized_keys && echo key >to/alice/.ssh/authorized_keys && touch to/other &&
                    rsync -a --delete --exclude="$2" from/ to/ 2>/dev/null
                    ls -A to/other to/.ssh to/alice/.ssh 2>/dev/null
                    """,
                    directory["."],
                    pattern
                )
                let filter = RsyncFilter(excludes: [pattern], includes: [])
                #expect(
                    result.output.contains("to/.ssh:\nauthorized_keys") == filter.certainlyKeeps([".ssh"]),
                    "\(pattern)"
                )
                let ofAlice = result.output.contains("to/alice/.ssh:\nauthorized_keys")
                #expect(ofAlice == filter.certainlyKeeps(["alice", ".ssh"]), "\(pattern)")
                #expect(!result.output.contains("to/other"))
            }
        }
    }
}
