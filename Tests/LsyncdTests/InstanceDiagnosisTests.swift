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
