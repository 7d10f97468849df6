import Inventory
import RemoteHost
import Testing

@testable import LockstepCommands

@Suite("The questions of init")
struct InitConversationTests {
    @Test("A fleet is asked for, and what is not taken is asked for again with the reason")
    func wholeDialogue() async throws {
        let dialogue = Dialogue([
            "hub 1", "hub", "192.0.2.300", "192.0.2.10", "deploy", "", "sud", "sudo",
            "srv/site", "/srv/site", "edge[1:2]=192.0.2.[11:12]", "edge2", "edge3", "", "", "/etc", "/data/site",
        ])
        let draft = try await interview(dialogue.conversation())
        #expect(
            dialogue.transcript == """
                The master's name: hub 1
                  the host name 'hub 1' serves as a file's and a service's name; letters, digits, '.', '_' and '-' were expected, a letter or digit first
                  hint: give it another name, and its address as ansible_host=…
                The master's name: hub
                Address of hub [hub]: 192.0.2.300
                  'ansible_host' takes a host name or an IP address, not '192.0.2.300': an IPv4 address has four numbers from 0 to 255
                  hint: 'ansible_host' is the address at which the host is reached from here, or its name in the ssh configuration; without it: the host's name
                Address of hub [hub]: 192.0.2.10
                Login user [as ssh does]: deploy
                Private key file [as ssh does]: 
                Become root by none, sudo or doas [none]: sud
                  none, sudo or doas was expected, not 'sud'
                  hint: did you mean 'sudo'?
                Become root by none, sudo or doas [none]: sudo
                Directory on hub to mirror: srv/site
                  'source' takes an absolute path, not 'srv/site'
                  hint: 'source' is the master's directory that is mirrored
                Directory on hub to mirror: /srv/site
                A slave's name, or a range such as edge[1:9]: edge[1:2]=192.0.2.[11:12]
                The next slave [no more]: edge2
                  'edge2' is a slave already
                  hint: give each slave a name of its own
                The next slave [no more]: edge3
                Address of edge3 [edge3]: 
                The next slave [no more]: 
                Directory on every slave, or 'each' to name them one by one [/srv/site]: /etc
                  'target' '/etc' is a directory of the system; what it holds would be deleted
                  hint: choose a directory of its own, such as /srv/mirror
                Directory on every slave, or 'each' to name them one by one [/srv/site]: /data/site

                """
        )
        #expect(
            draft.text == """
                # Written by lockstep init.

                [master]
                hub ansible_host=192.0.2.10

                [slaves]
                edge1 ansible_host=192.0.2.11
                edge2 ansible_host=192.0.2.12
                edge3

                [master:vars]
                source = /srv/site

                [slaves:vars]
                target = /data/site

                [all:vars]
                ansible_user = deploy
                ansible_become = yes
                ansible_become_method = sudo

                """
        )
    }

    @Test("Each slave can have a directory of its own; the one before is proposed")
    func ownTargets() async throws {
        let dialogue = Dialogue([
            "hub=192.0.2.10", "root", "", "/srv", "a=192.0.2.1", "b[1:2]", "", "", "each", "/x/y", "",
        ])
        let draft = try await interview(dialogue.conversation())
        // Slaves may not have /srv, so that it is not proposed; root becomes nobody.
        #expect(dialogue.transcript.contains("one by one: each\nDirectory on a: /x/y\nDirectory on b[1:2] [/x/y]: \n"))
        #expect(!dialogue.transcript.contains("Become"))
        #expect(
            draft.text.contains("[slaves]\na ansible_host=192.0.2.1 target=/x/y\nb[1:2] target=/x/y\n\n[master:vars]")
        )
        #expect(!draft.text.contains("[slaves:vars]"))
    }

    @Test("What the hosts say is told; an answer that they do not confirm stays, or is asked for again")
    func inspections() async throws {
        let refused = RemoteHostError(
            .unreachable,
            "connection refused by 192.0.2.9 port 22",
            hint: "does sshd run there?"
        )
        let inspector = ScriptedInspector([
            "edge9": .trouble(refused), "/srv/typo": .noDirectory("/srv/typo"), "/srv/file": .otherFile("/srv/file"),
        ])
        let dialogue = Dialogue([
            "hub=192.0.2.10", "root", "", "/srv/typo", "again", "/srv/file", "what", "again", "/srv/site",
            "edge9=192.0.2.9", "", "edge9x=192.0.2.8", "", "",
        ])
        let draft = try await interview(dialogue.conversation(inspector))
        #expect(
            dialogue.transcript == """
                The master's name: hub=192.0.2.10
                Login user [as ssh does]: root
                Private key file [as ssh does]: 
                  ok: hub is reached
                Directory on hub to mirror: /srv/typo
                  note: /srv/typo is not there on hub
                  hint: lockstep up makes it, empty
                Enter keeps it, 'again' asks anew [keep]: again
                Directory on hub to mirror [/srv/typo]: /srv/file
                  note: /srv/file is no directory on hub
                  hint: name the directory that holds the data
                Enter keeps it, 'again' asks anew [keep]: what
                  keep or again was expected
                Enter keeps it, 'again' asks anew [keep]: again
                Directory on hub to mirror [/srv/file]: /srv/site
                  ok: /srv/site is there
                A slave's name, or a range such as edge[1:9]: edge9=192.0.2.9
                  note: edge9 is not reached: connection refused by 192.0.2.9 port 22
                  hint: does sshd run there?
                Enter keeps it, 'again' asks anew [keep]: 
                The next slave [no more]: edge9x=192.0.2.8
                  ok: edge9x is reached
                The next slave [no more]: 
                Directory on every slave, or 'each' to name them one by one [/srv/site]: 

                """
        )
        #expect(draft.slaves.map(\.name) == ["edge9", "edge9x"])
        #expect(inspector.inspections.map(\.directory) == [nil, "/srv/typo", "/srv/file", "/srv/site", nil, nil])
    }

    @Test("A host that is not reached can be named anew, with the answers before as defaults")
    func again() async throws {
        let refused = RemoteHostError(.authenticationFailed, "it took no key")
        let inspector = ScriptedInspector(["hub": .trouble(refused), "edge1": .trouble(refused)])
        let dialogue = Dialogue([
            "hub=192.0.2.10", "me", "~/.ssh/a", "", "again", "", "192.0.2.20", "", "as ssh does", "sudo", "keep",
            "/srv/site", "edge1=192.0.2.11", "again", "", "192.0.2.12", "again", "edge2=192.0.2.12", "", "",
        ])
        let draft = try await interview(dialogue.conversation(inspector))
        #expect(
            dialogue.transcript.contains(
                """
                asks anew [keep]: again
                The master's name [hub]: 
                Address of hub [192.0.2.10]: 192.0.2.20
                Login user [me]: 
                Private key file [~/.ssh/a]: as ssh does
                Become root by none, sudo or doas [none]: sudo
                """
            )
        )
        #expect(
            dialogue.transcript.contains(
                """
                asks anew [keep]: again
                A slave's name, or a range such as edge[1:9] [edge1]: 
                Address of edge1 [edge1]: 192.0.2.12
                """
            )
        )
        #expect(draft.text.contains("hub ansible_host=192.0.2.20\n"))
        #expect(draft.text.contains("[slaves]\nedge2 ansible_host=192.0.2.12\n\n"))
        #expect(draft.text.contains("ansible_user = me\nansible_become = yes\n"))
        // Nobody looks for a directory where nobody can log in.
        #expect(inspector.inspections.allSatisfy { $0.directory == nil })
    }

    @Test("Of a range, the first troubles are told, and how many hosts are reached")
    func range() async throws {
        let trouble = HostFinding.Result.trouble(RemoteHostError(.unreachable, "no route"))
        let bad = Dictionary(uniqueKeysWithValues: (1...5).map { ("edge\($0)", trouble) })
        let dialogue = Dialogue(["hub=h", "root", "", "/srv/site", "edge[1:9]", "", "", "", ""])
        _ = try await interview(dialogue.conversation(ScriptedInspector(bad)))
        #expect(
            dialogue.transcript.contains(
                """
                  note: edge3 is not reached: no route
                  note: and 2 hosts more
                  4 of 9 hosts are reached
                Enter keeps it
                """
            )
        )
    }

    @Test("Without a terminal, options answer all questions; what is odd on the hosts is told and stays")
    func options() async throws {
        let trouble = HostFinding.Result.trouble(RemoteHostError(.unreachable, "no route"))
        let dialogue = Dialogue([])
        var given = GivenAnswers(slaves: ["edge[1:3]"], slaveTargets: ["edge2=/data/two"])
        (given.master, given.source, given.target) = ("hub=192.0.2.10", "/srv/site", "/srv/copy")
        (given.user, given.key, given.become) = ("deploy", "", "none")
        let draft = try await interview(dialogue.monologue(ScriptedInspector(["edge3": trouble])), given)
        #expect(
            dialogue.transcript == """
                  ok: hub is reached
                  ok: /srv/site is there
                  note: edge3 is not reached: no route
                  2 of 3 hosts are reached

                """
        )
        #expect(draft.text.contains("[slaves]\nedge[1:3]\nedge2 target=/data/two\n\n"))
        #expect(draft.text.contains("target = /srv/copy\n"))
        #expect(draft.text.hasSuffix("[all:vars]\nansible_user = deploy\n"))
    }

    @Test(
        "A wrong or missing option is an error that names it",
        arguments: [
            (["--master": "a b"], "--master: the host name 'a b' serves"),
            (["--source": "srv"], "--source: 'source' takes"),
            (["--become": "su"], "--become: none, sudo or doas was expected, not 'su'"),
            (["--key": "~other/key"], "--key: 'ansible_ssh_private_key_file' takes a path"),
            (["--user": "-x"], "--user: 'ansible_user' takes a user name, not '-x'"),
            (["--slave": "hub"], "--slave: 'hub' is in [master] and in [slaves]"),
            (["--target": "/"], "--target: 'target' '/' is the whole file system"),
            (["--slave-target": "edgy=/x"], "--slave-target: there is no slave 'edgy'\n  hint: did you mean 'edge'?"),
            (["--slave-target": "edge"], "--slave-target: 'NAME=PATH' was expected, not 'edge'"),
            (["--slave-target": "edge=x"], "--slave-target: 'target' takes an absolute path, not 'x'"),
            (
                ["--master": nil, "--key": nil],
                "there is no terminal to ask on, and not everything is said: --master, --key\n"
                    + "  hint: --yes takes the defaults of --target, --user, --key and --become"
            ),
        ] as [([String: String?], String)]
    )
    func wrongOption(changes: [String: String?], message: String) async throws {
        func value(_ flag: String, _ standard: String?) -> String? { changes[flag] ?? standard }
        var given = GivenAnswers(
            slaves: [value("--slave", "edge")].compactMap(\.self),
            slaveTargets: [value("--slave-target", nil)].compactMap(\.self)
        )
        (given.master, given.source) = (value("--master", "hub"), value("--source", "/srv/site"))
        (given.user, given.key, given.become) = (value("--user", "me"), value("--key", "k"), value("--become", "none"))
        given.target = value("--target", changes["--slave-target"] == nil ? "/srv/site" : nil)
        let failure = await failure(Dialogue([]).monologue(), given)
        #expect(failure?.message.hasPrefix(message) == true, "\(failure?.message ?? "")")
        #expect(failure?.exitCode == 2)
    }

    @Test("With --yes, what has a default is not asked for")
    func defaults() async throws {
        var given = GivenAnswers(slaves: ["edge"])
        (given.master, given.source) = ("hub", "/srv/site")
        let draft = try await interview(Dialogue([]).monologue(takesDefaults: true), given)
        #expect(draft.text.hasSuffix("[slaves:vars]\ntarget = /srv/site\n"))
        given.source = "/srv"
        let failure = await failure(Dialogue([]).monologue(takesDefaults: true), given)
        #expect(failure?.message == "there is no terminal to ask on, and not everything is said: --target")
    }

    @Test("The end of the input is an error, and Ctrl-C is Ctrl-C")
    func ends() async throws {
        let failure = await failure(Dialogue(["hub"]).conversation())
        #expect(
            failure?.message.hasPrefix("the input ended before everything was answered; nothing was written") == true
        )
        await #expect(throws: FinalExitCode(130)) {
            _ = try await interview(Dialogue(["hub"], then: .interrupted).conversation())
        }
    }

    @Test("On 40 columns, no line is wider, except for a word that is")
    func narrow() async throws {
        let path = "/srv/a-directory-with-a-rather-long-name/site"
        let refused = RemoteHostError(
            .unreachable,
            "nothing answers at 192.0.2.9 port 22 within four seconds",
            hint: "is it up?"
        )
        let dialogue = Dialogue(
            ["hub 1", "hub", "", "", "", "", "", "srv", path, "a b", "edge9", "", "", "a", "", "", "/etc", ""],
            columns: 40
        )
        let draft = try await interview(dialogue.conversation(ScriptedInspector(["edge9": .trouble(refused)])))
        #expect(draft.target == path)
        for line in dialogue.transcript.split(separator: "\n") {
            #expect(line.replacing(path, with: "").count <= 40, "\(line)")
        }
        #expect(!dialogue.transcript.contains("\u{1B}"))
        Attachment.record(dialogue.transcript, named: "transcript")
    }

    private func failure(_ conversation: InitConversation, _ given: GivenAnswers = GivenAnswers()) async
        -> CommandFailure?
    {
        do {
            _ = try await interview(conversation, given)
            return nil
        } catch {
            return error as? CommandFailure
        }
    }

    private func interview(
        _ conversation: InitConversation,
        _ given: GivenAnswers = GivenAnswers()
    ) async throws -> InventoryDraft {
        var interview = InitInterview(reading: Dialogue.reading)
        var progress = InitConversation.Progress(given: given)
        try await conversation.lead(&interview, &progress)
        let draft = interview.draft
        #expect(try Dialogue.reading(Inventory(parsing: draft.text, file: "lockstep.ini")).warnings.isEmpty)
        return draft
    }
}
