import Provisioning
import Testing

@testable import Lsyncd

@Suite("Whether a copy's own service runs")
struct ServiceCheckTests {
    private func faults(_ state: MasterState, of copies: String...) throws -> [ServiceCheck.Fault] {
        try ServiceCheck(copies: copies).faults(in: state.facts(about: copies), known: ["edge1", "edge2"])
    }

    private func report(_ name: String, at time: Int) -> String {
        #"{"name":"\#(name)","phase":"live","written_at":\#(time)}"#
    }

    @Test("A service that runs, and has spoken of the copy within ten seconds, is no fault")
    func running() throws {
        let state = MasterState(
            now: 1000,
            keepers: ["edge1": ["edge1"]],
            services: ["edge1": LsyncdService(state: "active")],
            reports: [report("edge1", at: 991)]
        )
        #expect(try faults(state, of: "edge1") == [])
    }

    @Test("A carriage return at the end of a line hides no fault")
    func carriageReturns() throws {
        let keepers = try KeepersFact().value(in: ProbeOutput(text: "keeper edge1 edge1\r\n"))
        let state = MasterState(
            now: 1000,
            keepers: keepers,
            services: ["edge1": LsyncdService(state: "failed")],
            reports: [report("edge1", at: 991)]
        )
        #expect(try faults(state, of: "edge1").map(\.copy) == ["edge1"])
    }

    @Test("One that does not run is, and so is one that is silent; what else is kept is named")
    func faults() throws {
        let running = LsyncdService(state: "active")
        let state = MasterState(
            now: 1000,
            keepers: ["edge1": ["edge1"], "old1": ["old1"], "_shared-1": ["edge2", "gone"], "edge3": ["edge3"]],
            services: ["edge1": LsyncdService(state: "failed"), "_shared-1": running, "edge3": running],
            reports: [report("edge1", at: 999), report("edge2", at: 990)]
        )
        let faults = try ServiceCheck(copies: ["edge1", "edge2", "edge3"])
            .faults(in: state.facts(about: ["edge1", "edge2", "edge3"]), known: ["edge1", "edge2", "edge3"])
        #expect(
            faults.map(\.message) == [
                "not proven: lockstep-lsyncd@edge1.service does not run on the master (failed)",
                "not proven: lockstep-lsyncd@_shared-1.service on the master last said something of edge2 10 s ago",
                "not proven: lockstep-lsyncd@edge3.service on the master has said nothing of edge3 yet",
            ]
        )
        #expect(
            faults.first?.hint
                == "'lockstep up' starts what does not run; beside the copies of this run it keeps gone, old1"
        )
    }

    @Test("The script prints what is read, where nothing runs")
    func script() async throws {
        let check = ServiceCheck(copies: ["none-such"])
        let faults = try check.faults(in: await MasterAnswers.ask(check.facts), known: [])
        #expect(faults.map(\.copy) == ["none-such"])
        #expect(faults.first?.message.hasPrefix("not proven: lockstep-lsyncd@none-such.service does not run") == true)
    }
}
