import Testing

@testable import FleetRunner

@Suite("Tasks that wait for each other")
struct DeadlockTests {
    @Test("A circle over two hosts is broken at one task that says whom it waits for; the others follow")
    func twoHosts() throws {
        var run = try ScheduleRun(
            """
            [asks]
            hosts = master
            module = note
            name = ask
            say = {{ hostvars.edge1.answer }}
            register = question
            [answers]
            hosts = slaves
            module = note
            name = answer
            say = {{ hostvars.master.question }}
            register = answer
            [goes on]
            hosts = slaves
            module = note
            name = go
            """,
            slaves: ["edge1"]
        )
        run.look(at: "hub", "edge1")
        #expect(run.step("hub") == "wait")
        #expect(run.step("edge1") == "wait")
        run.schedule.breakDeadlock()
        #expect(run.step("hub") == "finished")
        #expect(run.step("edge1") == "finished")
        #expect(
            run.news() == [
                "failed asks on hub: it waits for 'answers' on edge1, which waits for it",
                "skipped answers on edge1: 'asks' did not succeed",
                "skipped goes on on edge1: 'answers' did not succeed",
            ]
        )
    }

    @Test("A task that waits for one behind it on the same host is named")
    func behindItself() throws {
        var run = try ScheduleRun(
            """
            [uses]
            hosts = all
            module = note
            name = use
            say = {{ key }}
            [makes]
            hosts = all
            module = note
            name = make
            register = key
            """,
            slaves: []
        )
        run.look(at: "hub")
        #expect(run.step("hub") == "wait")
        run.schedule.breakDeadlock()
        #expect(run.step("hub") == "finished")
        #expect(
            run.news() == [
                "failed uses on hub: it waits for 'makes' on hub, which waits for it",
                "skipped makes on hub: 'uses' did not succeed",
            ]
        )
    }

    @Test("A task that waits for its own value says so")
    func itself() throws {
        var run = try ScheduleRun(
            "[uses]\nhosts = master\nmodule = note\nname = use\nsay = {{ key }}\nregister = key",
            slaves: []
        )
        run.look(at: "hub")
        #expect(run.step("hub") == "wait")
        run.schedule.breakDeadlock()
        #expect(run.news() == ["failed uses on hub: it waits for itself"])
        #expect(run.step("hub") == "finished")
    }

    @Test("Who only waits for the circle is not blamed for it")
    func bystander() throws {
        var run = try ScheduleRun(
            """
            [bystander]
            hosts = master
            module = note
            name = stand
            after = circle one
            [circle one]
            hosts = slaves
            module = note
            name = one
            after = circle two
            [circle two]
            hosts = slaves
            module = note
            name = two
            """,
            slaves: ["edge1"]
        )
        run.look(at: "hub", "edge1")
        _ = (run.step("hub"), run.step("edge1"))
        run.schedule.breakDeadlock()
        _ = (run.step("edge1"), run.step("hub"))
        #expect(
            run.news() == [
                "failed circle one on edge1: it waits for 'circle two' on edge1, which waits for it",
                "skipped circle two on edge1: 'circle one' did not succeed",
                "skipped bystander on hub: 'circle one' did not succeed on edge1",
            ]
        )
    }
}
