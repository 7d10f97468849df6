import LockstepTestSupport
import Playbooks
import Testing

@Suite("Shell templates")
struct ShellTemplateTests {
    @Test("A value is one word to sh", arguments: HostileValues.lines + HostileValues.controls)
    func valueIsCarried(value: String) async throws {
        let template = try Template(
            named: "hook",
            text: "#!/bin/sh\nset -- {{ value }} {{value}}\nx={{value}}\nprintf '%s\\0' $# \"$2\" \"$x\"\n"
        )
        let result = try await LocalProgram.run("sh", input: template.render(["value": value]))
        #expect(result.status == 0, "\(result.error)")
        #expect(result.bytes == Array("2\0\(value)\0\(value)\0".utf8))
    }

    @Test(
        "A tag stands only where sh takes quotes for quotes",
        arguments: [
            ("echo \"{{v}}\"", "within quotes"),
            ("echo '{{v}}'", "within quotes"),
            ("echo \"$(cat {{v}})\"", "within quotes"),
            ("echo `cat {{v}}`", "within quotes"),
            ("true # {{v}}", "in a comment"),
            ("echo \\{{v}}", "after a backslash"),
            ("echo ${{v}}", "after a $"),
            ("cat <<end\n{{v}}\nend", "after a here-document"),
        ]
    )
    func placeIsChecked(text: String, reason: String) {
        let error = #expect(throws: TemplateError.self) { try Template(named: "a.sh", text: text) }
        #expect(error?.code == .placeRefused)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }

    @Test(
        "A tag may follow quotes and comments that have ended",
        arguments: [
            "echo 'a\\' {{v}}", "echo \"\\\"\" {{v}}", "# it's\necho {{v}}", "echo a#b {{v}}", "echo $# {{v}}",
            "case {{v}} in esac",
        ]
    )
    func placeIsFree(text: String) throws {
        #expect(try Template(named: "a.sh", text: text).variables == ["v"])
    }
}
