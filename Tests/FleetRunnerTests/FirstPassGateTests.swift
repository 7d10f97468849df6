import Testing

@testable import FleetRunner

@Suite("Which copies a canary can be sent to", .timeLimit(.minutes(1)))
struct FirstPassGateTests {
    /// What is open when each news comes, until no other can.
    private func seen(by gate: FirstPassGate, _ changes: [() -> Void]) async -> [[String]] {
        var seen: [[String]] = []
        var changes = changes[...]
        for await _ in gate.news() {
            seen.append(["a", "b"].filter { gate.isOpen(for: $0) })
            changes.popFirst()?()
        }
        return seen
    }

    @Test("None before the master has answered, then each that is not waited for")
    func opening() async {
        let gate = FirstPassGate()
        let seen = await seen(
            by: gate,
            [
                { gate.update(waiting: ["a", "b"]) }, { gate.update(waiting: ["b"]) }, { gate.update(waiting: []) },
                { gate.finish(isLate: false) },
            ]
        )
        #expect(seen == [[], [], ["a"], ["a", "b"], ["a", "b"]])
    }

    @Test("Those that are late stay closed, and where nobody is waited for all open", arguments: [true, false])
    func end(isLate: Bool) async {
        let gate = FirstPassGate()
        let open = isLate ? ["a"] : ["a", "b"]
        let changes = [{ gate.update(waiting: ["b"]) }, { gate.finish(isLate: isLate) }]
        #expect(await seen(by: gate, changes) == [[], ["a"], open])
        // Who comes after the end is told once, and waits for nothing.
        #expect(await seen(by: gate, []) == [open])
    }

    @Test("A master that never said anything opens none when it is late, and else all")
    func silent() async {
        for isLate in [true, false] {
            let gate = FirstPassGate()
            gate.finish(isLate: isLate)
            #expect(await seen(by: gate, []) == [isLate ? [] : ["a", "b"]])
        }
    }
}
