import Lsyncd
import Testing

@Suite("The inotify budget")
struct InotifyBudgetTests {
    @Test("Each instance watches each directory")
    func minimum() {
        let budget = InotifyBudget(directories: 1_000, instances: 30)
        #expect(budget.minimum == InotifyLimits(watches: 30_000, instances: 30, queuedEvents: 16_384))
        #expect(budget.memory == 30_720_000)
    }

    @Test("A small fleet gets head-room, a large one twice what it needs")
    func recommended() {
        let small = InotifyBudget(directories: 10, instances: 3).recommended
        #expect(small == InotifyLimits(watches: 524_288, instances: 1_024, queuedEvents: 1_048_576))
        let large = InotifyBudget(directories: 100_000, instances: 600).recommended
        #expect(large == InotifyLimits(watches: 120_000_000, instances: 1_200, queuedEvents: 1_048_576))
    }

    @Test("Limits are ample, enough or too small")
    func verdict() {
        let budget = InotifyBudget(directories: 100_000, instances: 3)
        #expect(budget.verdict(on: budget.recommended) == .ample)
        #expect(budget.verdict(on: budget.minimum) == .enough)
        var limits = budget.recommended
        limits.queuedEvents = 16_384
        #expect(budget.verdict(on: limits) == .enough)
        limits.watches = 299_999
        #expect(budget.verdict(on: limits) == .tooSmall)
        limits = budget.recommended
        limits.instances = 2
        #expect(budget.verdict(on: limits) == .tooSmall)
    }

    @Test("Settings have the kernel's names")
    func settings() {
        let settings = InotifyLimits(watches: 1, instances: 2, queuedEvents: 3).settings.map {
            "\($0.name)=\($0.value)"
        }
        #expect(
            settings == [
                "fs.inotify.max_queued_events=3", "fs.inotify.max_user_instances=2", "fs.inotify.max_user_watches=1",
            ]
        )
    }
}
