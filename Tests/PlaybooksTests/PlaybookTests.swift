import INIFile
import Playbooks
import Provisioning
import Testing

@Suite("Playbooks")
struct PlaybookTests {
    private func playbook(_ text: String) throws -> Playbook {
        try Playbook(parsing: text, file: "play.ini", modules: testModules)
    }

    static let hosts = [
        PlaybookHost(name: "hub", isMaster: true, variables: [:]),
        PlaybookHost(name: "edge1", isMaster: false, variables: [:]),
        PlaybookHost(name: "edge2", isMaster: false, variables: [:]),
    ]

    @Test("A section is a task, its title what people read")
    func task() throws {
        let playbook = try playbook(
            """
            # A comment
            [Touch it's "all", even {{ this }}]
            hosts    = slaves
            module   = touch
            path     = /srv/{{ name }}/x
            check    =
                test -e
                  /srv
            after    = Wait
            register = touched

            [Wait]
            hosts  = master
            loop   = slaves
            module = wait
            """
        )
        let task = playbook.tasks[0]
        #expect(playbook.tasks.map(\.title) == ["Touch it's \"all\", even {{ this }}", "Wait"])
        #expect(task.hosts == .slaves)
        #expect(task.loop == nil)
        #expect(task.after == ["Wait"])
        #expect(task.register == "touched")
        #expect(task.module.keyword == TouchModule.keyword)
        #expect(task.arguments.keys.sorted() == ["check", "path"])
        #expect(task.arguments["check"]?.pieces == [.text("test -e\n  /srv")])
        #expect(task.arguments["path"]?.references.map(\.description) == ["name"])
        #expect(task.origin.position().fileAndLine == "play.ini:2")
        #expect(task.origin.position(of: "path").fileAndLine == "play.ini:5")
        #expect(task.origin.position(of: "mode").line == 2, "a key that is left out has the place of its task")
        #expect(playbook.tasks[1].loop == .hosts(.slaves))
    }

    @Test("A playbook of nothing has no tasks", arguments: ["", "# only words\n\n"])
    func empty(text: String) throws {
        #expect(try playbook(text).tasks.isEmpty)
    }

    @Test("A task is done on each host that it means, and for each item of its loop")
    func instances() throws {
        let playbook = try playbook(
            """
            [Everywhere]
            hosts = all
            module = wait
            [For each]
            hosts = master
            loop = slaves
            module = wait
            [On each for all]
            hosts = slaves
            loop = all
            module = wait
            """
        )
        let instances = playbook.instances(for: Self.hosts)
        #expect(instances.map(\.id) == Array(instances.indices))
        let places = instances.map { "\($0.task.title): \($0.host)" + ($0.item.map { " for \($0.name)" } ?? "") }
        #expect(
            places == [
                "Everywhere: hub", "Everywhere: edge1", "Everywhere: edge2",
                "For each: hub for edge1", "For each: hub for edge2",
                "On each for all: edge1 for hub", "On each for all: edge1 for edge1",
                "On each for all: edge1 for edge2",
                "On each for all: edge2 for hub", "On each for all: edge2 for edge1",
                "On each for all: edge2 for edge2",
            ]
        )
        #expect(instances.map(\.subject)[0...3] == ["hub", "edge1", "edge2", "edge1"])
    }

    @Test("A task with a condition is there where that holds")
    func condition() throws {
        let playbook = try playbook(
            """
            [Blue]
            hosts = all
            when = colour is blue
            module = wait
            [Other]
            hosts = all
            when = colour is not blue
            module = wait
            """
        )
        let hosts = [("hub", "blue"), ("edge1", "green")].map { name, colour in
            PlaybookHost(name: name, isMaster: name == "hub", variables: ["colour": colour])
        }
        let places = playbook.instances(for: hosts).map { "\($0.task.title): \($0.host)" }
        #expect(places == ["Blue: hub", "Other: edge1"])
    }

    @Test("A loop over nobody is no instance")
    func emptyLoop() throws {
        let playbook = try playbook("[For each]\nhosts = master\nloop = slaves\nmodule = wait")
        #expect(playbook.instances(for: [Self.hosts[0]]).isEmpty)
    }
}
