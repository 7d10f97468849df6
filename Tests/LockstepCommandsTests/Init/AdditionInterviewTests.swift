import Inventory
import RemoteHost
import Testing

@testable import LockstepCommands

@Suite("The questions of init --add-slave")
struct AdditionInterviewTests {
    private static let file = "[master]\nhub source=/srv/site\n[slaves]\nedge1\n\n[slaves:vars]\ntarget = /srv/site\n"

    @Test("Slaves are asked for until there are no more; the inventory's own directory is proposed")
    func dialogue() async throws {
        let dialogue = Dialogue(["edge1", "edge2", "192.0.2.12", "", "edge[3:4]=192.0.2.[13:14]", "/etc", "/data", ""])
        let addition = try await add(Self.file, dialogue.conversation())
        #expect(
            dialogue.transcript == """
                The new slave's name, or a range such as edge[4:6]: edge1
                  lockstep.ini:4:1: there is a host 'edge1' already
                  hint: give the new one another name, or change this line
                The new slave's name, or a range such as edge[4:6]: edge2
                Address of edge2 [edge2]: 192.0.2.12
                Directory on edge2 [/srv/site]: 
                The next slave [no more]: edge[3:4]=192.0.2.[13:14]
                Directory on edge[3:4] [/srv/site]: /etc
                  lockstep.ini:6:38: 'target' '/etc' is a directory of the system; what it holds would be deleted
                  hint: choose a directory of its own, such as /srv/mirror
                Directory on edge[3:4] [/srv/site]: /data
                The next slave [no more]: 

                """
        )
        #expect(
            addition.lines == [
                "edge2 ansible_host=192.0.2.12", "edge3 ansible_host=192.0.2.13 target=/data",
                "edge4 ansible_host=192.0.2.14 target=/data",
            ]
        )
    }

    @Test("A slave that is not reached can be named anew")
    func again() async throws {
        let trouble = HostFinding.Result.trouble(RemoteHostError(.unreachable, "no route"))
        let inspector = ScriptedInspector(["edge2": trouble])
        let dialogue = Dialogue(["edge2", "", "again", "edge3=192.0.2.13", "", ""])
        let addition = try await add(Self.file, dialogue.conversation(inspector))
        #expect(addition.lines == ["edge3 ansible_host=192.0.2.13"])
        #expect(dialogue.transcript.contains("a range such as edge[4:6] [edge2]: edge3"))
        #expect(inspector.inspections.map(\.names) == [["edge2"], ["edge3"]])
    }

    @Test("Named in the command, slaves need no questions; a directory that nothing says is an error")
    func options() async throws {
        let given = GivenAnswers(slaves: ["edge2=192.0.2.12", "edge3"], slaveTargets: ["edge3=/data/it's"])
        let addition = try await add(Self.file, Dialogue([]).monologue(takesDefaults: true), given)
        #expect(addition.lines == ["edge2 ansible_host=192.0.2.12", "edge3 target=\"/data/it's\""])

        let bare = "[master]\nhub source=/srv/site\n[slaves]\nedge1 target=/x\n"
        for (given, message) in [
            (
                GivenAnswers(slaves: ["edge2"]),
                "there is no terminal to ask on, and not everything is said: --slave-target"
            ),
            (GivenAnswers(slaves: ["edge1"]), "lockstep.ini:4:1: there is a host 'edge1' already"),
            (GivenAnswers(slaves: ["edge2="]), "--add-slave: an address was expected behind '='"),
        ] {
            let failure = await failure(bare, Dialogue([]).monologue(takesDefaults: true), given)
            #expect(failure?.message.hasPrefix(message) == true, "\(failure?.message ?? "")")
        }
        // Two places that are one machine, seen only with both in one file.
        let twin = GivenAnswers(slaves: ["edge2=edge1"])
        let failure = await failure(Self.file, Dialogue([]).monologue(takesDefaults: true), twin)
        #expect(failure?.message.hasPrefix("lockstep.ini:5:7: the slaves 'edge1' (lockstep.ini:4) and 'edge2'") == true)
    }

    @Test("The first slave can be added; other faults of the file are told before any question")
    func faults() async throws {
        let empty = "[master]\nhub source=/srv/site\n[slaves]\n[all:vars]\ntarget = /srv/site\n"
        let addition = try await add(empty, Dialogue(["edge1", "", "", ""]).conversation())
        #expect(addition.lines == ["edge1"])
        let errors = #expect(throws: InventoryErrors.self) {
            _ = try AdditionInterview(
                to: InventoryAddition(to: Array((Self.file + "delai = 3\n").utf8), file: "lockstep.ini"),
                reading: Dialogue.reading
            )
        }
        #expect(errors?.description == "lockstep.ini:8:1: unknown setting 'delai'; did you mean 'delay'?")
    }

    @Test("Where sections say what is mirrored, no directory is asked for; a slave that none of them means is refused")
    func sections() async throws {
        let file = "[master]\nhub\n[slaves]\nedge1\n[sync:site]\nsource = /srv/site\ntarget = /srv/copy\n"
        let dialogue = Dialogue(["edge2", "", ""])
        #expect(try await add(file, dialogue.conversation()).lines == ["edge2"])
        #expect(!dialogue.transcript.contains("Directory"))
        let failure = await failure(
            file + "to = edge1\n",
            Dialogue([]).monologue(takesDefaults: true),
            GivenAnswers(slaves: ["edge2"])
        )
        #expect(failure?.message.hasPrefix("lockstep.ini:5:1: nothing is mirrored to the slave 'edge2'") == true)
    }

    private func failure(
        _ file: String,
        _ conversation: InitConversation,
        _ given: GivenAnswers
    ) async -> CommandFailure? {
        do {
            _ = try await add(file, conversation, given)
            return nil
        } catch {
            return error as? CommandFailure
        }
    }

    private func add(
        _ file: String,
        _ conversation: InitConversation,
        _ given: GivenAnswers = GivenAnswers()
    ) async throws -> InventoryAddition {
        let addition = try InventoryAddition(to: Array(file.utf8), file: "lockstep.ini")
        var interview = try AdditionInterview(to: addition, reading: Dialogue.reading)
        var progress = InitConversation.Progress(given: given)
        try await conversation.lead(&interview, &progress)
        _ = try Dialogue.reading(Inventory(parsing: interview.addition.after, file: "lockstep.ini"))
        return interview.addition
    }
}
