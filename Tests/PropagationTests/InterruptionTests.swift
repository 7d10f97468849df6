import Propagation
import Testing

@Suite("Interruption", .timeLimit(.minutes(1)))
struct InterruptionTests {
    @Test("Everyone who waits is woken, and nobody waits afterwards")
    func request() async {
        let interruption = Interruption()
        #expect(!interruption.isRequested)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { await interruption.wait() } }
            interruption.request()
            interruption.request()
        }
        await interruption.wait()
        #expect(interruption.isRequested)
    }

    @Test("A cancelled wait ends without an interruption")
    func cancellation() async {
        let interruption = Interruption()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await interruption.wait() }
            group.cancelAll()
        }
        #expect(!interruption.isRequested)
    }
}
