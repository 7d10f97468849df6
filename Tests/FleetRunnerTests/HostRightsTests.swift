import LockstepTestSupport
import Provisioning
import Testing

@testable import FleetRunner

@Suite("Whose rights scripts have on a host")
struct HostRightsTests {
    @Test(
        "The user's number tells, and the name is for people",
        arguments: [
            ("0\nroot\n", "root", true), ("0\ntoor\n", "toor", true), ("1000\ndeploy\n", "deploy", false),
            ("1\nroot\n", "root", false), ("1000\n", "user 1000", false),
        ]
    )
    func told(text: String, user: String, isRoot: Bool) throws {
        let rights = try RightsFact().value(in: ProbeOutput(text: text))
        #expect(rights.user == user && rights.isRoot == isRoot)
    }

    @Test("What is no number tells nothing", arguments: ["", "root\n", "id: cannot find name for user ID 0\n"])
    func untold(text: String) {
        #expect(throws: PlanError.self) { try RightsFact().value(in: ProbeOutput(text: text)) }
    }

    @Test("The real id is understood")
    func real() async throws {
        let output = try await LocalProgram.shell(RightsFact().script).output
        let rights = try RightsFact().value(in: ProbeOutput(text: output))
        #expect(try await LocalProgram.shell("id -un").output == rights.user + "\n")
        let number = try await LocalProgram.shell("id -u").output
        #expect(rights.isRoot == (number == "0\n"))
    }
}
