import LockstepTestSupport
import Provisioning
import Testing

@testable import Lsyncd

@Suite("The diagnosis of a slave that a canary did not reach")
struct InstanceDiagnosisTests {
    /// What is told of a slave with a service of its own.
    private func explanation(
        of mirror: String,
        _ state: String = "active",
        at now: Int = 1,
        saying reports: String...,
        log: [String] = []
    ) throws -> String {
        let state = MasterState(
            now: now,
            keepers: [mirror: [mirror]],
            services: [mirror: LsyncdService(state: state)],
            reports: reports,
            logs: [mirror: log]
        )
        return try InstanceDiagnosis(mirror: mirror).explanation(of: state.facts(about: [mirror]))
    }

    @Test("A stopped service, its last report and the end of its log are told")
    func stopped() throws {
        let log = ["09:01:36 Normal: --- TERM signal, fading ---"]
        #expect(
            try explanation(of: "edge2", "inactive", log: log) == """
                lockstep-lsyncd@edge2.service is inactive
                its log says:
                  09:01:36 Normal: --- TERM signal, fading ---
                """
        )
    }

    @Test("What ssh said is told, whichever code it came as")
    func said() throws {
        let report = """
            {"name":"edge1","phase":"suspended","failures":4,"retry_in":8,"exit":12,"said":"root@192.0.2.11: Permission denied \
            (publickey).","written_at":29}
            """
        #expect(
            try explanation(of: "edge1", at: 30, saying: report) == """
                lsyncd cannot reach edge1 and tries again in 8 s, after 4 failures; rsync last ended with 12: the slave does \
                not let the master's key in, for it was said: root@192.0.2.11: Permission denied (publickey). (run \
                'lockstep up'; if that finds nothing, sshd's log on the slave says why: AllowUsers, PermitRootLogin, rights \
                of ~/.ssh, sync_from)
                """
        )
    }

    @Test("What waits and what is being sent is told, and what is left out")
    func waiting() throws {
        let report = """
            {"name":"edge1","phase":"live","failures":0,"exit":0,"waiting":3,"waiting_since":105,"sending_since":106,\
            "left_out":[{"path":"/media","why":"unmounted"}],"left_out_count":1,"written_at":129}
            """
        #expect(
            try explanation(of: "edge1", at: 130, saying: report) == """
                lsyncd follows the source for edge1; 3 changes wait, the oldest for 25 s; sending for 24 s
                left out: /media: the file system that was mounted there is missing, and the slave keeps what it has of it; \
                mount it, or run 'lockstep resync --accept-missing PATH' if it is gone for good
                """
        )
    }

    @Test("A report that is not renewed is not believed")
    func stale() throws {
        let report = #"{"name":"edge1","phase":"live","exit":0,"written_at":10}"#
        #expect(
            try explanation(of: "edge1", at: 130, saying: report)
                == "lsyncd has said nothing for 2 min: it is gone or stuck, and edge1 gets nothing"
        )
    }

    @Test("A slave that cannot be reached is told with rsync's last exit code and what to look at")
    func suspended() throws {
        let report =
            #"{"name":"edge1","phase":"suspended","failures":4,"retry_in":8,"runs":9,"exit":255,"written_at":1}"#
        let explanation = try explanation(of: "edge1", saying: report)
        #expect(
            explanation.hasPrefix(
                "lsyncd cannot reach edge1 and tries again in 8 s, after 4 failures; rsync last ended with 255"
            )
        )
    }

    @Test("The log that is asked for is that of the lsyncd that keeps the copy")
    func log() throws {
        let state = MasterState(keepers: ["_shared-1": ["edge1", "edge2"]])
        let facts = try state.facts(about: ["edge1"])
        #expect(try InstanceDiagnosis(mirror: "edge1").log(after: facts) == LsyncdLogFact("_shared-1"))
        #expect(try InstanceDiagnosis(mirror: "edge3").log(after: facts) == LsyncdLogFact("edge3"))
    }

    @Test("Without systemd the log is a file of the lsyncd's own", arguments: ["dash", "bash", "busybox sh"])
    func logFile(shell: String) async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write((1...9).map { "line \($0)\n" }.joined(), to: "docs@edge1.log")
            let log = LsyncdLogFact("docs@edge1")
            let facts = try await MasterAnswers.ask(
                FactSet(log),
                in: shell,
                moving: ["/run/systemd/system": directory["none"], "/var/log/lockstep/": "\(directory["."])/"]
            )
            #expect(try facts.value(of: log) == (2...9).map { "line \($0)" })
        }
    }
}
