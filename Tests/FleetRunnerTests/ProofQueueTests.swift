import Testing

@testable import FleetRunner

@Suite("Which copies are proven, and when")
struct ProofQueueTests {
    /// A copy of a directory; its name is that of its slave.
    private func copy(_ name: String, of sync: Int = 0, step: Duration = .seconds(10)) -> ProofQueue.Copy {
        ProofQueue.Copy(mirror: .init(name: name, slave: name, target: "/t"), sync: sync, step: step)
    }

    /// Takes copies in whose first passes are over.
    private func admit(_ copies: [ProofQueue.Copy], _ queue: inout ProofQueue) -> [ProofQueue.Action] {
        queue.handle(.settled(copies)) + queue.handle(.watchEnded(.over))
    }

    @Test("A copy waits for its first pass, and then gets a canary; the run's changes may go on")
    func firstPass() {
        var queue = ProofQueue()
        #expect(
            queue.handle(.settled([copy("a"), copy("b")])) == [
                .startTimer(["a", "b"]), .watch(["a", "b"], new: ["a", "b"], seconds: 3),
            ]
        )
        #expect(queue.handle(.waiting(["a", "b"])) == [])
        #expect(queue.handle(.waiting(["b"])) == [.prove([copy("a")])])
        #expect(queue.handle(.watchEnded(.over)) == [.prove([copy("b")])])
        #expect(queue.handle(.proofEnded) == [] && queue.handle(.proofEnded) == [])
        #expect(!queue.isFinished, "others may come")
        #expect(queue.handle(.changesEnded) == [])
        #expect(queue.isFinished)
    }

    @Test("Copies that come later are asked about together with those that still wait, when the question is over")
    func laterCopies() {
        var queue = ProofQueue()
        _ = queue.handle(.settled([copy("a")]))
        #expect(queue.handle(.settled([copy("b")])) == [.startTimer(["b"])])
        #expect(queue.handle(.waiting(["a"])) == [], "one question at a time, and none is cut off")
        #expect(queue.handle(.watchEnded(.goesOn)) == [.watch(["a", "b"], new: ["b"], seconds: 3)])
        #expect(queue.handle(.waiting(["a"])) == [.prove([copy("b")])])
        #expect(queue.handle(.changesEnded) == [])
        #expect(queue.handle(.watchEnded(.goesOn)) == [.watch(["a"], new: [], seconds: 30)], "no others come")
        #expect(queue.handle(.watchEnded(.over)) == [.prove([copy("a")])])
    }

    @Test("A first pass that is late costs its own copy only, also where the others came later")
    func late() {
        var queue = ProofQueue()
        _ = queue.handle(.settled([copy("a"), copy("b")]))
        #expect(queue.handle(.waiting(["a"])) == [.prove([copy("b")])])
        _ = queue.handle(.settled([copy("c")]))
        #expect(queue.handle(.watchEnded(.goesOn)) == [.watch(["a", "c"], new: ["c"], seconds: 3)])
        #expect(queue.handle(.timeIsUp(["a", "b"])) == [.giveUp([copy("a")])])
        #expect(queue.handle(.waiting([])) == [.prove([copy("c")])])
        #expect(queue.handle(.watchEnded(.over)) == [])
        for _ in 0..<2 { _ = queue.handle(.proofEnded) }
        _ = queue.handle(.changesEnded)
        #expect(queue.isFinished)
    }

    @Test("A master that says nothing admits all")
    func silent() {
        var queue = ProofQueue()
        #expect(admit([copy("b")], &queue).last == .prove([copy("b")]))
    }

    @Test("What waits for a place goes into one canary, as far as it has one directory and one time")
    func together() {
        var queue = ProofQueue()
        for name in ["a", "b", "c"] { #expect(admit([copy(name)], &queue).last == .prove([copy(name)])) }
        let others = [copy("d"), copy("e", of: 1), copy("f"), copy("g", step: .seconds(300)), copy("h")]
        for other in others {
            #expect(!admit([other], &queue).contains { if case .prove = $0 { true } else { false } })
        }
        #expect(queue.handle(.proofEnded) == [.prove([copy("d"), copy("f"), copy("h")])])
        #expect(queue.handle(.proofEnded) == [.prove([copy("e", of: 1)])])
        #expect(queue.handle(.changesEnded) == [.prove([copy("g", step: .seconds(300))])], "there are more places now")
    }

    @Test("After an interruption no copy is waited for, and what is on its way comes to its end")
    func interruption() {
        var queue = ProofQueue()
        _ = admit([copy("a")], &queue)
        _ = queue.handle(.settled([copy("b")]))
        #expect(queue.handle(.interrupted) == [.stopWatching])
        #expect(queue.handle(.settled([copy("c")])) == [])
        #expect(queue.handle(.watchEnded(.stopped)) == [])
        #expect(!queue.isFinished)
        #expect(queue.handle(.proofEnded) == [])
        #expect(queue.isFinished)
    }

    @Test("Where the master grants too few sessions, all canaries and questions wait until the changes are made")
    func fewSessions() {
        var queue = ProofQueue()
        _ = admit([copy("a")], &queue)
        _ = queue.handle(.settled([copy("b"), copy("c")]))
        #expect(queue.handle(.waiting(["b"])) == [.prove([copy("c")])])
        #expect(queue.handle(.sessionRefused) == [])
        #expect(queue.handle(.watchEnded(.goesOn)) == [])
        #expect(queue.handle(.settled([copy("d")])) == [.startTimer(["d"])])
        #expect(queue.handle(.timeIsUp(["b"])) == [], "nobody has asked")
        #expect(
            queue.handle(.changesEnded) == [.startTimer(["b", "d"]), .watch(["b", "d"], new: ["d"], seconds: 30)]
        )
        #expect(queue.handle(.sessionRefused) == [], "what gets none waits for its turn")
        #expect(queue.handle(.watchEnded(.over)) == [.prove([copy("b"), copy("d")])])
    }

    @Test("All that a run opens on the master at the same time are ten sessions at most")
    func sessions() {
        // The lock, the wait for first passes, the question about transfers.
        #expect(3 + SessionBudget.scripts + SessionBudget.canaries <= 10)
        #expect(2 + SessionBudget.lateCanaries <= 10)
    }
}
