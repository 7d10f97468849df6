import Foundation
import LockstepTestSupport
import Testing

@Suite("lockstep lint", .timeLimit(.minutes(2)))
struct LintProgramTests {
    private static let good = """
        [master]
        hub ansible_host=192.0.2.10 source=/srv/site
        [slaves]
        edge[1:3] target=/srv/site
        """

    @Test("An inventory without a fault: nothing but the count, and 0")
    func clean() async throws {
        try await WrittenFleet.with(["lockstep.ini": Self.good]) { fleet in
            let result = try await fleet.lockstep("lint")
            #expect(result.output == "0 errors, 0 warnings\n")
            #expect(result.error == "")
            #expect(result.status == 0)
        }
    }

    @Test("Errors and warnings together, in the order of the file, each with its line and a caret; 2")
    func inventory() async throws {
        let text = """
            [master]
            hub source=/srv/site
            [slaves]
            edge1 targt=/srv/site
            edge2 target=/srv/site delay=soon
            edge3 target=/var ansible_foo=1
            """
        try await WrittenFleet.with(["lockstep.ini": text]) { fleet in
            let result = try await fleet.lockstep("lint")
            #expect(
                result.output == """
                    lockstep.ini:4:7: error: unknown setting 'targt'; did you mean 'target'?
                     4 | edge1 targt=/srv/site
                       |       ^
                      hint: a variable of your own needs a name that differs from every setting by more than two letters
                    lockstep.ini:5:30: error: 'delay' takes seconds from 0 to 3600, not 'soon'
                     5 | edge2 target=/srv/site delay=soon
                       |                              ^
                      hint: 'delay' is how long changes are gathered before they are sent, in seconds; without it: 1
                    lockstep.ini:6:14: error: 'target' '/var' is a directory of the system; what it holds would be deleted
                     6 | edge3 target=/var ansible_foo=1
                       |              ^
                      hint: choose a directory of its own, such as /srv/mirror
                    lockstep.ini:6:19: warning: 'ansible_foo' means something to Ansible, but nothing to Lockstep
                     6 | edge3 target=/var ansible_foo=1
                       |                   ^
                    3 errors, 1 warning

                    """
            )
            #expect(result.status == 2)
        }
    }

    @Test("Warnings alone end with 0")
    func warnings() async throws {
        let text = Self.good + "\n[all:vars]\nansible_foo = 1\n"
        try await WrittenFleet.with(["lockstep.ini": text]) { fleet in
            let result = try await fleet.lockstep("lint")
            #expect(result.output.hasSuffix("\n0 errors, 1 warning\n"))
            #expect(result.status == 0)
        }
    }

    @Test("What is wrong with the way to a host is told with its line, be it of the ssh configuration or the inventory")
    func ways() async throws {
        let files = [
            "lockstep.ini": Self.good + " ansible_ssh_common_args='-o Port=abc'",
            "config": "Host 192.0.2.10\n  ProxyCommand nc %h %p\n",
            "broken": "Host hub\n  Prot 22\n",
        ]
        try await WrittenFleet.with(files) { fleet in
            let result = try await fleet.lockstep("-F", "config", "lint")
            #expect(result.output.hasPrefix("config:2: error: ProxyCommand "))
            #expect(
                result.output.contains(
                    """
                    lockstep.ini:4:52: error: 'ansible_ssh_common_args': Port takes a port from 1 to 65535, not 'abc'
                     4 | edge[1:3] target=/srv/site ansible_ssh_common_args='-o Port=abc'
                       |                                                    ^
                    """
                )
            )
            #expect(result.output.hasSuffix("\n2 errors, 0 warnings\n"))
            #expect(result.status == 2)
            let broken = try await fleet.lockstep("-F", "broken", "lint")
            #expect(broken.output.hasPrefix("broken:2: error: "))
            #expect(broken.status == 2)
        }
    }

    @Test("A playbook is checked with the inventory's variables and the templates beside it")
    func playbooks() async throws {
        let files = [
            "lockstep.ini": Self.good,
            "play.ini": """
            [Say hello]
            hosts  = slaves
            module = template
            src    = motd
            dest   = /etc/{{ greting }}

            [Say it again]
            hosts  = master
            module = template
            src    = motd
            dest   = /etc/motd

            [Make room]
            hosts  = slaves
            module = directory
            path   = ../room
            """,
            "templates/motd": "hello\n{{nme}}\n",
        ]
        try await WrittenFleet.with(files) { fleet in
            let result = try await fleet.lockstep("lint", "play.ini")
            #expect(
                result.output == """
                    play.ini:5:1: error: {{ greting }} is not defined for edge1 (and for 2 more)
                     5 | dest   = /etc/{{ greting }}
                       | ^
                      hint: set 'greting' in the inventory, or register it in a task
                    play.ini:10:1: error: motd:2: {{nme}} has no value (did you mean {{name}}?)
                     10 | src    = motd
                        | ^
                    play.ini:16:1: error: 'path' must be an absolute path, not '../room' (and for 2 more)
                     16 | path   = ../room
                        | ^
                    3 errors, 0 warnings

                    """
            )
            #expect(result.status == 2)
        }
    }

    @Test("A playbook is read also where there is no fleet, as far as that goes")
    func playbookWithoutFleet() async throws {
        try await WrittenFleet.with(["lockstep.ini": "[master]\nhub\n", "play.ini": "[A]\nhosts = al\n"]) { fleet in
            let result = try await fleet.lockstep("lint", "play.ini")
            #expect(result.output.contains("lockstep.ini:1:1: error: there is no section [slaves]"))
            #expect(result.output.contains("play.ini:1:1: error: 'module' is missing"))
            #expect(
                result.output.contains("play.ini:2:9: error: 'hosts' must be master or slaves or all, not 'al'")
            )
        }
    }

    @Test("Tasks that would wait for each other for ever are found without a run")
    func circle() async throws {
        let play = """
            [First]
            hosts  = slaves
            module = host-keys
            after  = Second

            [Second]
            hosts    = slaves
            module   = host-keys
            register = keys
            """
        try await WrittenFleet.with(["lockstep.ini": Self.good, "play.ini": play]) { fleet in
            let result = try await fleet.lockstep("lint", "play.ini")
            #expect(result.output.hasPrefix("play.ini:4:1: error: the task would wait for ever for 'Second'\n"))
            #expect(result.output.hasSuffix("\n1 error, 0 warnings\n"))
        }
    }

    @Test("Passwords in a file that others may read are warned of, and not shown")
    func passwords() async throws {
        let text = Self.good + " ansible_password=hush\n"
        try await WrittenFleet.with(["lockstep.ini": text]) { fleet in
            let open = try await fleet.shell("chmod 644 lockstep.ini; exec \"$lockstep\" lint")
            #expect(
                open.output == """
                    lockstep.ini:4:28: warning: a password stands here, and others may read this file
                      hint: chmod 600 lockstep.ini; better than a password in a file is a key
                    0 errors, 1 warning

                    """
            )
            let closed = try await fleet.shell("chmod 600 lockstep.ini; exec \"$lockstep\" lint")
            #expect(closed.output == "0 errors, 0 warnings\n")
        }
    }

    @Test("As JSON: one object for each finding, then the counts and the exit code")
    func json() async throws {
        let text = Self.good + " delay=soon\n"
        try await WrittenFleet.with(["lockstep.ini": text]) { fleet in
            let result = try await fleet.lockstep("--json", "lint")
            let lines = result.output.split(separator: "\n")
            try #require(lines.count == 2)
            let finding = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
            #expect(finding?["event"] as? String == "found")
            #expect(finding?["severity"] as? String == "error")
            #expect(finding?["file"] as? String == "lockstep.ini")
            #expect(finding?["line"] as? Int == 4)
            #expect(finding?["column"] as? Int == 34)
            #expect(lines[1] == #"{"errors":1,"event":"finished","exit_code":2,"warnings":0}"#)
            #expect(result.status == 2)
        }
    }

    @Test("A file that is not there is a fault of the command line")
    func absent() async throws {
        try await WrittenFleet.with(["lockstep.ini": Self.good]) { fleet in
            let result = try await fleet.lockstep("lint", "nowhere.ini")
            #expect(result.error.hasPrefix("lockstep: the playbook 'nowhere.ini' cannot be read\n"))
            #expect(result.status == 2)
        }
    }
}
