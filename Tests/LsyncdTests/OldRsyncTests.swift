import Foundation
import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

/// What becomes of a slave whose rsync is old, by the real lsyncd, sshd and gate and a stand-in for that rsync.
@Suite("A slave with an old rsync", .timeLimit(.minutes(5)))
struct OldRsyncTests {
    /// rsync 3.1.1 and 3.1.2 as the receiving side: with a window of -1 files of equal length are equal, whatever their
    /// times. It was compared with the two versions themselves, built from source.
    static let sizesOnly = """
        #!/bin/sh
        [ "$1" != --version ] || { echo 'rsync  version 3.1.2  protocol version 31'; exit; }
        for word do
            shift
            case $word in --modify-window=-1 | -@-1) word=--size-only ;; esac
            set -- "$@" "$word"
        done
        exec /usr/bin/rsync "$@"

        """

    /// What the playbook registers of a slave with that rsync.
    private func modifyWindow(of program: String) async throws -> String {
        try await TemporaryDirectory.with { directory in
            try directory.write(program, to: "rsync")
            let answer = try await LocalProgram.run("sh", [directory["rsync"], "--version"])
            let module = try RsyncVersionModule(ModuleArguments(["minimum": .known("3.0.6")]))
            let facts = module.facts.facts(in: [0: ProbeOutput(text: answer.output)])
            guard case .ok(let output, _) = try module.plan(from: facts, in: PlanContext()) else { return "" }
            return output
        }
    }

    @Test("An edit of equal length arrives, by a full pass and as a change, where the settings say what its rsync is")
    func edits() async throws {
        let settings = ["modify_window": try await modifyWindow(of: Self.sizesOnly)]
        try await Replication.with(settings: settings, slaveRsync: Self.sizesOnly, isStarted: false) { replication in
            try await edit(replication)
            try await replication.start()
            try await replication.untilLive()
            #expect(replication.arrived("flag") == "status=BAD_\n")
            try replication.write("status=ok__\n", to: "flag")
            try await eventually("the change arrives") { replication.arrived("flag") == "status=ok__\n" }
        }
    }

    /// So that the test before could fail.
    @Test("Told of a window, the stand-in misses the edit as the real ones do")
    func control() async throws {
        try await Replication.with(slaveRsync: Self.sizesOnly, isStarted: false) { replication in
            try await edit(replication)
            try await replication.start()
            try await replication.untilLive()
            #expect(replication.arrived("flag") == "status=ok__\n")
        }
    }

    /// A file that is on the slave, and was edited since without a change of its length.
    private func edit(_ replication: Replication) async throws {
        let made = try await LocalProgram.shell(
            """
            printf 'status=ok__\\n' >"$2/flag" && touch -d @1700000000 "$2/flag" && printf 'status=BAD_\\n' >"$1/flag"
            """,
            replication.source,
            replication.target
        )
        #expect(made.status == 0, "\(made.error)")
    }
}
