import FleetRunner
import Synchronization
import TerminalOutput
import Testing

@Suite("The display", .timeLimit(.minutes(1)))
struct RunDisplayTests {
    /// A renderer that keeps what it is shown.
    private struct Keeper: RunRenderer {
        let kept = Kept()
        func show(_ event: RunEvent) { kept.events.withLock { $0.append(event) } }
    }

    private final class Kept: Sendable {
        let events = Mutex<[RunEvent]>([])
    }

    private struct Failure: Error {}

    @Test("All events are shown, in their order, before it returns")
    func order() async {
        let display = RunDisplay<RunEvent>()
        let keeper = Keeper()
        let events = (0..<1000).map { RunEvent.connecting(host: "edge\($0)") }
        display.publish(.interrupted)
        let result = await display.show(by: keeper) {
            for event in events { display.publish(event) }
            return 17
        }
        #expect(result == 17)
        #expect(keeper.kept.events.withLock { $0 } == [.interrupted] + events)
    }

    @Test("What was published before an error is shown all the same")
    func error() async {
        let display = RunDisplay<RunEvent>()
        let keeper = Keeper()
        await #expect(throws: Failure.self) {
            try await display.show(by: keeper) {
                display.publish(.interrupted)
                throw Failure()
            }
        }
        #expect(keeper.kept.events.withLock { $0 } == [.interrupted])
    }
}
