import LockstepTestSupport
import Lsyncd
import Playbooks
import Propagation
import Provisioning
import RemoteHost
import Synchronization
import Testing

@testable import FleetRunner

@Suite("What a run tells of paths that copies leave out")
struct ProofStageLeftOutTests {
    @Test("It is told beside the slave of the copy, and a master that does not answer is no failure")
    func told() async {
        let events = Mutex<[RunEvent]>([])
        let stage = ProofStage(
            hosts: [],
            syncs: [],
            deadlines: RunDeadlines(),
            interruption: Interruption(),
            ledger: Ledger(hosts: ["hub", "edge1", "edge2"])
        ) { event in events.withLock { $0.append(event) } }
        let mirrors = ["edge1", "edge2"].map { RunSync.Mirror(name: "docs@\($0)", slave: $0, target: "/srv/docs") }
        let hub = RunHost(PlaybookHost(name: "hub", isMaster: true, variables: [:]), privilege: .none)
        let host = ScriptedHost([
            .toFacts("/run/lockstep/docs@edge1/report.json") { snippet in
                guard snippet.contains("report.json") else { return "1\n" }
                return """
                    /run/lockstep/docs@edge1/report.json:{"name":"docs@edge1","phase":"live","written_at":1,"left_out":[]}
                    /run/lockstep/docs@edge2/report.json:{"name":"docs@edge2","phase":"live","written_at":1,\
                    "left_out":[{"path":"/a","why":"unreadable"}]}

                    """
            },
            .to("report.json", throws: RemoteHostError(.connectionLost, "gone")),
        ])
        for _ in 1...2 {
            let facts = (try? await stage.ask(CopyReports.facts(of: mirrors.map(\.name)), hub, host)) ?? Facts()
            stage.tellLeftOut(of: mirrors, in: facts)
        }
        stage.tellLeftOut(of: [], in: Facts())
        let warnings = events.withLock { $0 }.map { event -> String in
            if case .warning(let host, let message) = event { "\(host ?? "none"): \(message)" } else { "\(event)" }
        }
        #expect(
            warnings == [
                "edge2: docs@edge2 is complete but for /a (it cannot be read by the user lockstep): the slave keeps what it has of that"
            ]
        )
    }
}
