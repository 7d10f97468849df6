import LockstepTestSupport
import RemoteHost
import Testing

@testable import Lsyncd

@Suite("Whether a copy's own service runs")
struct ServiceCheckTests {
    private func read(_ lines: String...) -> [ServiceCheck.Fault] {
        ServiceCheck(copies: []).faults(in: lines.joined(separator: "\n") + "\n", known: ["edge1", "edge2"])
    }

    @Test("A service that runs, and has spoken of the copy within ten seconds, is no fault")
    func running() {
        #expect(
            read("now 1000", "keeper edge1 edge1", "service edge1 lockstep-lsyncd@edge1.service 991 active") == []
        )
    }

    @Test("A carriage return at the end of a line hides no fault")
    func carriageReturns() {
        let faults = read("now 1000", "keeper edge1 edge1\r", "service edge1 lockstep-lsyncd@edge1.service 991 failed")
        #expect(faults.map(\.copy) == ["edge1"])
    }

    @Test("One that does not run is, and so is one that is silent; what else is kept is named")
    func faults() {
        let faults = read(
            "now 1000",
            "keeper edge1 edge1",
            "keeper old1 old1",
            "keeper _shared-1 edge2 gone",
            "service edge1 lockstep-lsyncd@edge1.service 999 failed",
            "service edge2 lockstep-lsyncd@_shared-1.service 990 active",
            "service edge3 lockstep-lsyncd@edge3.service 0 active"
        )
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
        let result = try await LocalShellHost().run(.script(check.script, deadline: .seconds(20)))
        let faults = check.faults(in: result.outputText, known: [])
        #expect(faults.map(\.copy) == ["none-such"])
        #expect(faults.first?.message.hasPrefix("not proven: lockstep-lsyncd@none-such.service does not run") == true)
    }
}
