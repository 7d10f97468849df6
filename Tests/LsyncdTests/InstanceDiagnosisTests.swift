import Testing

@testable import Lsyncd

@Suite("The diagnosis of a slave that a canary did not reach")
struct InstanceDiagnosisTests {
    @Test("A stopped service, its last report and the end of its log are told")
    func stopped() {
        let text = """
            lockstep-lsyncd@edge2.service
            inactive
            --- report
            --- log
            09:01:36 Normal: --- TERM signal, fading ---
            """
        #expect(
            InstanceDiagnosis(mirror: "edge2").explanation(of: text) == """
                lockstep-lsyncd@edge2.service is inactive
                its log says:
                  09:01:36 Normal: --- TERM signal, fading ---
                """
        )
    }

    @Test("What ssh said is told, whichever code it came as")
    func said() {
        let text = """
            lockstep-lsyncd@edge1.service
            active
            now 30
            --- report
            {"name":"edge1","phase":"suspended","failures":4,"retry_in":8,"exit":12,"said":"root@192.0.2.11: Permission denied \
            (publickey).","written_at":29}
            --- log
            """
        #expect(
            InstanceDiagnosis(mirror: "edge1").explanation(of: text) == """
                lsyncd cannot reach edge1 and tries again in 8 s, after 4 failures; rsync last ended with 12: the slave does \
                not let the master's key in, for it was said: root@192.0.2.11: Permission denied (publickey). (run \
                'lockstep up'; if that finds nothing, sshd's log on the slave says why: AllowUsers, PermitRootLogin, rights \
                of ~/.ssh, sync_from)
                """
        )
    }

    @Test("What waits and what is being sent is told, and what is left out")
    func waiting() {
        let text = """
            lockstep-lsyncd@edge1.service
            active
            now 130
            --- report
            {"name":"edge1","phase":"live","failures":0,"exit":0,"waiting":3,"waiting_since":105,"sending_since":106,\
            "left_out":[{"path":"/media","why":"unmounted"}],"left_out_count":1,"written_at":129}
            --- log
            """
        #expect(
            InstanceDiagnosis(mirror: "edge1").explanation(of: text) == """
                lsyncd follows the source for edge1; 3 changes wait, the oldest for 25 s; sending for 24 s
                left out: /media: the file system that was mounted there is missing, and the slave keeps what it has of it; \
                mount it, or run 'lockstep resync --accept-missing PATH' if it is gone for good
                """
        )
    }

    @Test("A report that is not renewed is not believed")
    func stale() {
        let text =
            "x\nactive\nnow 130\n--- report\n"
            + #"{"name":"edge1","phase":"live","exit":0,"written_at":10}"# + "\n--- log\n"
        #expect(
            InstanceDiagnosis(mirror: "edge1").explanation(of: text)
                == "lsyncd has said nothing for 2 min: it is gone or stuck, and edge1 gets nothing"
        )
    }

    @Test("A slave that cannot be reached is told with rsync's last exit code and what to look at")
    func suspended() {
        let text = """
            lockstep-lsyncd@_shared-1.service
            active
            --- report
            {"name":"edge1","phase":"suspended","failures":4,"retry_in":8,"runs":9,"exit":255,"written_at":1}
            --- log
            """
        let explanation = InstanceDiagnosis(mirror: "edge1").explanation(of: text)
        #expect(
            explanation.hasPrefix(
                "lsyncd cannot reach edge1 and tries again in 8 s, after 4 failures; rsync last ended with 255"
            )
        )
    }
}
