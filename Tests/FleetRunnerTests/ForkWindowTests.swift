import Synchronization
import Testing

@testable import FleetRunner

@Suite("The window over hosts", .timeLimit(.minutes(1)))
struct ForkWindowTests {
    /// Who works, counted from any task.
    private final class Counter: Sendable {
        private let state = Mutex((now: 0, most: 0, done: 0))

        func begin() {
            state.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
        }

        func end() {
            state.withLock {
                $0.now -= 1
                $0.done += 1
            }
        }

        var most: Int { state.withLock { $0.most } }
        var done: Int { state.withLock { $0.done } }
    }

    @Test("No more work at the same time than there are places, and all have their turn", arguments: [1, 3, 64])
    func places(places: Int) async {
        let window = ForkWindow(places: places)
        let counter = Counter()
        await withTaskGroup { group in
            for _ in 0..<100 {
                group.addTask {
                    let place = await window.enter()
                    defer { place.leave() }
                    counter.begin()
                    for _ in 0..<5 { await Task.yield() }
                    counter.end()
                }
            }
        }
        #expect(counter.most <= places)
        #expect(counter.done == 100)
    }

    @Test("A place that is given away twice is one place")
    func twice() async {
        let window = ForkWindow(places: 1)
        let first = await window.enter()
        first.leave()
        first.leave()
        let second = await window.enter()
        let counter = Counter()
        await withTaskGroup { group in
            group.addTask {
                let third = await window.enter()
                counter.begin()
                third.leave()
            }
            for _ in 0..<100 { await Task.yield() }
            #expect(counter.most == 0)
            second.leave()
        }
        #expect(counter.most == 1)
    }

    @Test("Scripts of one host share a place, which is free once the last of them has ended")
    func shared() async {
        let window = ForkWindow(places: 1)
        let shared = SharedPlace(in: window)
        let counter = Counter()
        for _ in 0..<2 {
            await shared.enter()
            await shared.enter()
            await withTaskGroup { group in
                group.addTask {
                    let other = await window.enter()
                    counter.begin()
                    other.leave()
                    counter.end()
                }
                let before = counter.done
                shared.leave()
                for _ in 0..<100 { await Task.yield() }
                #expect(counter.done == before)
                shared.leave()
            }
        }
        #expect(counter.done == 2)
    }

    @Test("A window without places has one: a run must come to its end")
    func noPlaces() async {
        await ForkWindow(places: 0).enter().leave()
    }
}
