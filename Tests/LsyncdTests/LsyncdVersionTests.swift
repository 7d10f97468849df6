import LockstepTestSupport
import Lsyncd
import Testing

@Suite("Versions of lsyncd")
struct LsyncdVersionTests {
    @Test(
        "A version that cannot work is refused with the reason",
        arguments: [
            ("Version: 2.1.5\n", "too old"), ("Version: 2.2.0\n", "crashes"), ("Version: 2.2.1\n", "crashes"),
            ("Version: 2.0.7\n", "too old"), ("Version: 1.9.9\n", "too old"),
        ]
    )
    func refused(output: String, reason: String) throws {
        let refusal = try #require(LsyncdVersion(parsing: output)?.refusal)
        #expect(refusal.contains(reason) && refusal.contains("2.2.2"))
    }

    @Test("A version that works is taken", arguments: ["2.2.2", "2.2.3", "2.3.0", "2.3.1", "2.10.0", "3.0.0"])
    func taken(version: String) throws {
        let parsed = try #require(LsyncdVersion(parsing: "warning: x\nVersion: \(version)\n"))
        #expect(parsed.refusal == nil)
        #expect(parsed.description == version)
    }

    @Test("The lsyncd of this machine is understood")
    func realOne() async throws {
        let result = try await LocalProgram.run("lsyncd", ["-version"])
        #expect(try #require(LsyncdVersion(parsing: result.output)).refusal == nil)
    }

    @Test("Other output is no version", arguments: ["", "Version: x", "Version: 2.2", "lsyncd 2.2.3", "Version: 2..3"])
    func noVersion(output: String) {
        #expect(LsyncdVersion(parsing: output) == nil)
    }
}
