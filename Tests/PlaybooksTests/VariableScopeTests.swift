import Playbooks
import Provisioning
import Testing

@Suite("Variables")
struct VariableScopeTests {
    private let instances: [TaskInstance]
    private var scope: VariableScope

    init() throws {
        let hosts = [
            PlaybookHost(name: "hub", isMaster: true, variables: ["colour": "blue", "name": "not this"]),
            PlaybookHost(name: "edge1.example.com", isMaster: false, variables: ["colour": "green", "own": "x"]),
        ]
        let playbook = try Playbook(
            parsing: """
                [Look]
                hosts = slaves
                module = wait
                register = keys
                [Touch]
                hosts = master
                loop = slaves
                module = touch
                path = {{ name }} {{ colour }}, {{ item.name }} {{ item.colour }} {{ item.keys }}
                mode = {{ hostvars.master.colour }} {{ hostvars.edge1.example.com.colour }}
                """,
            file: "play.ini",
            modules: testModules
        )
        instances = playbook.instances(for: hosts)
        scope = VariableScope(hosts: hosts, instances: instances)
    }

    private var arguments: [String: Deferred<String>]? {
        if case .ready(let arguments) = scope.resolve(instances[1]) { arguments } else { nil }
    }

    @Test("A task waits for the variable that another registers, and says which")
    func waiting() {
        guard case .waiting(let variable) = scope.resolve(instances[1]) else {
            Issue.record("it does not wait")
            return
        }
        #expect(variable == RegisteredVariable(host: "edge1.example.com", name: "keys"))
    }

    @Test("A host has its own variables, its item's and those of hosts by name or role")
    mutating func known() {
        scope.register("keys", on: "edge1.example.com", .known("{{ name }} AAAA"))
        #expect(
            arguments == [
                "path": .known("hub blue, edge1.example.com green {{ name }} AAAA"),
                "mode": .known("blue green"),
            ]
        )
    }

    @Test("What waits for a change makes the whole argument known after apply, and no other")
    mutating func afterApply() {
        scope.register("keys", on: "edge1.example.com", .afterApply)
        #expect(arguments == ["path": .afterApply, "mode": .known("blue green")])
    }

    @Test("A variable that will not exist makes the task unavailable, with the reason")
    mutating func unavailable() {
        scope.register("keys", on: "edge1.example.com", .unavailable("it could not be reached"))
        guard case .unavailable(let reason) = scope.resolve(instances[1]) else {
            Issue.record("it is available")
            return
        }
        #expect(reason == "it could not be reached")
    }

    @Test("A variable that is registered elsewhere only is not this host's")
    mutating func elsewhere() {
        scope.register("keys", on: "hub", .known("the hub's"))
        #expect(arguments == nil)
    }

    @Test("Before any host was reached, what tasks register is known after apply")
    func foreseen() throws {
        #expect(try scope.foreseen(instances[1]) == ["path": .afterApply, "mode": .known("blue green")])
    }

    @Test("A template may use its host's variables, and over them its item's")
    func templateVariables() {
        #expect(
            scope.templateVariables(for: instances[1]) == ["colour": "green", "name": "edge1.example.com", "own": "x"]
        )
        #expect(scope.templateVariables(for: instances[0])["colour"] == "green")
    }

    @Test(
        "A reference to what is not there is told with its place and the nearest name",
        arguments: [
            ("path = {{ colours }}", "play.ini:4: {{ colours }} is not defined for hub\n  did you mean 'colour'?"),
            (
                "path = {{ replication_key }}",
                "play.ini:4: {{ replication_key }} is not defined for hub\n"
                    + "  set 'replication_key' in the inventory, or register it in a task"
            ),
            (
                "path = {{ item.name }}",
                "play.ini:4: {{ item.name }} means no host\n  'item' needs a 'loop' in the task"
            ),
            (
                "path = {{ hostvars.edge9.name }}",
                "play.ini:4: {{ hostvars.edge9.name }} means no host\n  name a host of the inventory"
            ),
            (
                "path = x\nregister = colour",
                "play.ini:5: 'colour' is a variable of hub already, and would stay what it is\n"
                    + "  register it under another name"
            ),
        ]
    )
    func undefined(lines: String, message: String) throws {
        let hosts = [PlaybookHost(name: "hub", isMaster: true, variables: ["colour": "blue"])]
        let playbook = try Playbook(
            parsing: "[Touch]\nhosts = master\nmodule = touch\n\(lines)",
            file: "play.ini",
            modules: testModules
        )
        let instances = playbook.instances(for: hosts)
        let scope = VariableScope(hosts: hosts, instances: instances)
        let error = #expect(throws: PlaybookError.self) { try scope.foreseen(instances[0]) }
        #expect(error?.description == message)
    }
}
