import Testing

@testable import FleetRunner

@Suite("The order of tasks")
struct ScheduleTests {
    @Test("What a host can do without the others is one batch, in the playbook's order")
    func batch() throws {
        var run = try ScheduleRun(
            """
            [first]
            hosts = all
            module = note
            name = one
            [only the slaves]
            hosts = slaves
            module = note
            name = two
            [last]
            hosts = all
            module = note
            name = three
            """
        )
        #expect(run.step("edge1") == "wait", "nothing is planned before the host was looked at")
        run.look(at: "hub", "edge1", seeing: ["two": "ok"])
        #expect(run.step("hub") == "one, three")
        #expect(run.step("edge1") == "one, three")
        run.end("edge1")
        #expect(run.step("edge1") == "finished")
        #expect(run.news() == ["ok only the slaves on edge1", "changed first on edge1", "changed last on edge1"])
    }

    @Test("A task that waits for another host's value holds back those behind it, and gets the value")
    func valueOfAnotherHost() throws {
        var run = try ScheduleRun(
            """
            [before]
            hosts = slaves
            module = note
            name = before
            [uses the key]
            hosts = slaves
            module = note
            name = use
            say = {{ hostvars.master.key }}, {{ hostvars.hub.colour }}, {{ colour }}
            [behind]
            hosts = slaves
            module = note
            name = behind
            [makes the key]
            hosts = master
            module = note
            name = make
            register = key
            """
        )
        run.look(at: "edge1", "hub")
        #expect(run.step("edge1") == "before")
        run.end("edge1")
        #expect(run.step("edge1") == "wait")
        #expect(run.step("hub") == "make")
        _ = run.news()
        run.end("hub", printing: "ssh-ed25519 AAAA")
        _ = run.news()
        #expect(run.woken == ["edge1"], "edge2 waits for nothing but to be looked at")
        #expect(run.step("edge1") == "use ssh-ed25519 AAAA, blue, green, behind")
    }

    @Test("A value that is there already needs no change")
    func valueOfNothingToDo() throws {
        var run = try ScheduleRun(Self.loop)
        run.look(at: "edge1", seeing: ["make": "ok old key"])
        #expect(run.step("edge1") == "finished")
        run.look(at: "hub")
        #expect(run.step("hub") == "take old key for edge1, behind for edge1")
    }

    static let loop = """
        [makes]
        hosts = slaves
        module = note
        name = make
        register = key
        [takes]
        hosts = master
        loop = slaves
        module = note
        name = take
        say = {{ item.key }}
        [behind it]
        hosts = master
        loop = slaves
        module = note
        name = behind
        [at last]
        hosts = master
        module = note
        name = last
        """

    @Test("The items of a loop do not wait for each other, but what follows waits for all of them")
    func items() throws {
        var run = try ScheduleRun(Self.loop)
        run.look(at: "hub", "edge1", "edge2")
        #expect(run.step("hub") == "wait")
        _ = (run.step("edge1"), run.step("edge2"))
        run.end("edge2", printing: "key2")
        #expect(run.step("hub") == "take key2 for edge2, behind for edge2")
        run.end("hub")
        #expect(run.step("hub") == "wait")
        run.end("edge1", printing: "key1")
        #expect(run.step("hub") == "take key1 for edge1, behind for edge1, last")
        run.end("hub")
        #expect(run.step("hub") == "finished")
    }

    @Test("In a batch, tasks of several items keep the playbook's order")
    func itemsOfOneBatch() throws {
        var run = try ScheduleRun(Self.loop)
        run.look(at: "edge1", "edge2", seeing: ["make": "ok key"])
        _ = (run.step("edge1"), run.step("edge2"))
        run.look(at: "hub")
        #expect(
            run.step("hub")
                == "take key for edge1, take key for edge2, behind for edge1, behind for edge2, last"
        )
    }

    static let after = """
        [guarded]
        hosts = master
        loop = slaves
        after = opened
        module = note
        name = guarded
        [opened]
        hosts = slaves
        module = note
        name = opened
        """

    @Test("In a loop, a task that comes 'after' another waits for its own item's only")
    func afterInLoop() throws {
        var run = try ScheduleRun(Self.after)
        run.look(at: "hub", "edge1", "edge2")
        _ = (run.step("edge1"), run.step("edge2"))
        #expect(run.step("hub") == "wait")
        run.end("edge2")
        #expect(run.step("hub") == "guarded for edge2")
        run.end("edge1", status: 1, printing: "no room")
        run.end("hub")
        _ = run.news()
        #expect(run.step("hub") == "finished")
        #expect(run.news() == ["skipped guarded on hub for edge1: 'opened' did not succeed on edge1"])
    }

    @Test("Without a loop, a task that comes 'after' another waits for it on all hosts")
    func afterOnAllHosts() throws {
        var run = try ScheduleRun(
            """
            [last]
            hosts = master
            after =
                opened
                counted
            module = note
            name = last
            [opened]
            hosts = slaves
            module = note
            name = opened
            [counted]
            hosts = slaves
            module = note
            name = counted
            """
        )
        run.look(at: "hub", "edge1", "edge2", seeing: ["counted": "ok"])
        _ = (run.step("edge1"), run.step("edge2"))
        run.end("edge1")
        #expect(run.step("hub") == "wait")
        run.end("edge2")
        #expect(run.step("hub") == "last")
    }

    @Test("In a loop, 'after' also names tasks that have nothing to do with the items")
    func afterTaskWithoutItems() throws {
        var run = try ScheduleRun(
            """
            [guarded]
            hosts = slaves
            loop = slaves
            after = opened
            module = note
            name = guarded
            [opened]
            hosts = master
            module = note
            name = opened
            """,
            slaves: ["edge1"]
        )
        run.look(at: "hub", "edge1")
        #expect(run.step("edge1") == "wait")
        _ = run.step("hub")
        run.end("hub")
        #expect(run.step("edge1") == "guarded for edge1")
    }

    @Test("A later task knows which files earlier ones of the run write on its host")
    func pendingWrites() throws {
        var run = try ScheduleRun(
            """
            [writes]
            hosts = all
            module = note
            name = write
            path = /etc/app-of-{{ name }}
            [looks]
            hosts = all
            module = note
            name = look
            """
        )
        run.look(at: "edge1", seeing: ["look": "writes"])
        _ = run.step("edge1")
        run.end("edge1")
        run.look(at: "edge2", seeing: ["write": "ok", "look": "writes"])
        _ = run.step("edge2")
        #expect(
            run.news() == [
                "ok looks on edge1: /etc/app-of-edge1", "changed writes on edge1", "ok writes on edge2",
                "ok looks on edge2: ",
            ]
        )
    }

    @Test("A dry run settles changes by planning them; what they would make is known after apply")
    func dryRun() throws {
        var run = try ScheduleRun(Self.loop, isDryRun: true)
        run.look(at: "hub", "edge1", "edge2", seeing: ["behind": "check", "last": "ok"])
        #expect(run.step("edge1") == "finished")
        #expect(run.step("edge2") == "finished")
        #expect(run.step("hub") == "finished")
        #expect(
            run.news() == [
                "changed makes on edge1", "changed makes on edge2",
                "changed takes on hub for edge1 (known after apply)",
                "ok behind it on hub for edge1 (known after apply)",
                "changed takes on hub for edge2 (known after apply)",
                "ok behind it on hub for edge2 (known after apply)",
                "ok at last on hub",
            ]
        )
    }

    @Test("A change that only looks is no change")
    func check() throws {
        var run = try ScheduleRun(Self.after, slaves: ["edge1"])
        run.look(at: "hub", "edge1", seeing: ["opened": "ok", "guarded": "check"])
        _ = run.step("edge1")
        #expect(run.step("hub") == "guarded for edge1")
        run.end("hub")
        #expect(run.news() == ["ok opened on edge1", "ok guarded on hub for edge1"])
    }
}
