import Glibc
import Testing

@testable import LockstepCommands

@Suite("What becomes of a signal")
struct SignalDispositionTests {
    // A process of its own, since the signals of this one are everybody's.
    @Test("It is told whether one is ignored, and each signal has its own answer")
    func ignored() async {
        await #expect(processExitsWith: .success) {
            signal(SIGHUP, SIG_IGN)
            signal(SIGINT, SIG_DFL)
            signal(SIGTERM) { _ in }
            #expect(SignalDisposition.isIgnored(SIGHUP))
            #expect(!SignalDisposition.isIgnored(SIGINT))
            #expect(!SignalDisposition.isIgnored(SIGTERM))
            #expect(!SignalDisposition.isIgnored(-1), "what is no signal is not ignored")
        }
    }
}
