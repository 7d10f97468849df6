import Provisioning
import Testing

@testable import Lsyncd

@Suite("The log of an lsyncd")
struct LsyncdLogFactTests {
    @Test("A log that cannot be read is no log without lines")
    func read() throws {
        let fact = LsyncdLogFact("edge1")
        #expect(try fact.value(in: ProbeOutput(text: "")) == [])
        #expect(try fact.value(in: ProbeOutput(text: "one\ntwo\n")) == ["one", "two"])
        let refused = ProbeOutput(status: 1, text: "", errorText: "No journal files were opened.\n")
        let error = #expect(throws: PlanError.self) { try fact.value(in: refused) }
        #expect(error?.message == "the log of edge1 cannot be read: No journal files were opened. (status 1)")
    }
}
