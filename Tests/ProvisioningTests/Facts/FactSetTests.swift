import RemoteHost
import Testing

@testable import Provisioning

@Suite("The facts that are asked of a host")
struct FactSetTests {
    @Test("Facts of a kind are one question, in the order in which they are named; a fact is asked for once")
    func together() throws {
        var facts = FactSet(FileFact("/a"), ServiceFact("app.service"))
        facts.formUnion(FactSet(FileFact("/b"), FileFact("/a"), TextFileFact("/c")))
        facts.formUnion(FactSet(ServiceFact("other.service")))
        #expect(facts.snippets.map(\.kind) == ["file", "service", "text-file"])
        #expect(facts.snippets[0].script == FileFact.script(asking: [FileFact("/a"), FileFact("/b")]))
        #expect(facts.snippets[1].script.contains("app.service other.service"))
    }

    @Test("A kind whose facts are asked one by one has a snippet for each, and each its own answer")
    func single() throws {
        let facts = FactSet(
            EchoFact(script: "echo 1"),
            FileFact("/a"),
            EchoFact(script: "echo 2"),
            EchoFact(script: "echo 1")
        )
        #expect(facts.snippets.map(\.kind) == ["echo", "echo", "file"])
        let answers = facts.facts(in: [0: ProbeOutput(text: "1"), 1: ProbeOutput(text: "2")])
        #expect(try answers.value(of: EchoFact(script: "echo 2")) == "2")
        #expect(throws: PlanError("the host did not answer for this task")) { try answers.value(of: FileFact("/a")) }
    }

    @Test("Facts of some kinds are asked without the others")
    func kinds() {
        let facts = FactSet(FileFact("/a"), ServiceFact("a.service"), FileFact("/b"), TextFileFact("/c"))
        #expect(facts.kinds == ["file", "service", "text-file"])
        let limited = facts.limited(to: ["text-file", "file", "none"])
        #expect(limited.kinds == ["file", "text-file"])
        #expect(limited.snippets.map(\.script) == [facts.snippets[0].script, facts.snippets[2].script])
    }

    @Test("Each fact is told with its value or with why it has none, and what two of them say alike is told once")
    func told() {
        let set = FactSet(FileFact("/a"), FileFact("/a", .checksum), FileFact("/b"), TextFileFact("/c"))
        let output = ProbeOutput(text: "absent|/a\n", errorText: "stat: no\n")
        #expect(
            set.answers(in: set.facts(in: [0: output])) == [
                FactAnswer(kind: "file", subject: "/a", value: .success(.text("absent"))),
                FactAnswer(kind: "file", subject: "/b", value: .failure(PlanError("/b cannot be read: stat: no"))),
                FactAnswer(
                    kind: "text-file",
                    subject: "/c",
                    value: .failure(PlanError("the host did not answer for this task"))
                ),
            ]
        )
    }

    @Test("Two spellings of one letter are two paths, of every kind of fact")
    func spellings() {
        #expect(ExactPath("/caf\u{E9}") != ExactPath("/cafe\u{301}"))
        #expect(SSHKeyFact("/caf\u{E9}") != SSHKeyFact("/cafe\u{301}"))
        #expect(Set([FileFact("/caf\u{E9}"), FileFact("/cafe\u{301}"), FileFact("/caf\u{E9}")]).count == 2)
    }

    @Test("systemd answers for all units, in the order of the question")
    func services() throws {
        let units = ["a.service", "b.service"].map { ServiceFact($0) }
        let text =
            "manager systemd\nLoadState=loaded\nActiveState=active\n\nLoadState=not-found\nActiveState=inactive\n"
        let values = ServiceFact.values(of: units, in: ProbeOutput(text: text))
        #expect(try values[units[0]]?.get()["ActiveState"] == "active")
        #expect(try values[units[1]]?.get()["LoadState"] == "not-found")
    }

    @Test("An answer for one unit where two were asked for is none: nobody knows whose it is")
    func missingService() {
        let units = ["a.service", "b.service"].map { ServiceFact($0) }
        let output = ProbeOutput(
            status: 1,
            text: "manager systemd\nLoadState=loaded\n",
            errorText: "Failed to connect to bus\n"
        )
        for value in ServiceFact.values(of: units, in: output).values {
            #expect(throws: PlanError.self) { try value.get() }
        }
    }

    @Test("Lines of files belong to the file whose whole path they begin with")
    func textFiles() throws {
        let files = ["/run/a", "/run/a:b", "/run/none"].map { TextFileFact($0) }
        let output = ProbeOutput(text: "/run/a:one: 1\n/run/a:two\n/run/a:b:three\n")
        let values = TextFileFact.values(of: files, in: output)
        #expect(try values[files[0]]?.get() == ["one: 1", "two"])
        #expect(try values[files[1]]?.get() == ["three"])
        #expect(try values[files[2]]?.get() == [])
    }
}

/// A fact of a kind that is asked one by one.
private struct EchoFact: SingleFact {
    static let kind = "echo"
    typealias Value = String
    let script: String

    func value(in output: ProbeOutput) -> String { output.text }
}
