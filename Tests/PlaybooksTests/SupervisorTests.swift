import BuiltInPlaybooks
import LockstepTestSupport
import Testing

@Suite("The supervisor where there is no systemd")
struct SupervisorTests {
    @Test("One that cannot begin pauses first: what starts it again would do so at once, and for ever")
    func pause() async throws {
        try await TemporaryDirectory.with { directory in
            let supervisor = try #require(BuiltInPlaybooks.template(named: "supervise"))
            try directory.write(supervisor, to: "supervise")
            let result = try await LocalProgram.shell(
                #"file=$1; shift; sleep() { echo "sleeps for $1 s"; }; . "$file""#,
                directory["supervise"],
                "no-such-service"
            )
            #expect(result.status != 0)
            #expect(result.output == "sleeps for 5 s\n", "\(result.error)")
        }
    }
}
