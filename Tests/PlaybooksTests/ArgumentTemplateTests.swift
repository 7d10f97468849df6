import Playbooks
import Testing

@Suite("References in arguments")
struct ArgumentTemplateTests {
    @Test(
        "A text is taken apart into words and references",
        arguments: [
            ("", []),
            ("/srv/data", ["/srv/data"]),
            ("{{ name }}", ["<name>"]),
            ("a{{name}}b{{  item.host_keys}}", ["a", "<name>", "b", "<item.host_keys>"]),
            ("{{ hostvars.edge1.example.com.key }}", ["<hostvars.edge1.example.com.key>"]),
            ("{ name } }} {x}", ["{ name } }} {x}"]),
            ("$(id) \"{{ a-b_1 }}\"\nč", ["$(id) \"", "<a-b_1>", "\"\nč"]),
        ] as [(String, [String])]
    )
    func pieces(text: String, expected: [String]) throws {
        let pieces = try ArgumentTemplate(parsing: text).pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .reference(let reference): "<\(reference)>"
            }
        }
        #expect(pieces == expected)
    }

    @Test("A host's name may have dots in it, a variable's cannot")
    func hostWithDots() throws {
        let reference = try ArgumentTemplate(parsing: "{{ hostvars.a.b.c }}").references.first
        #expect(reference?.owner == .host("a.b"))
        #expect(reference?.name == "c")
    }

    @Test(
        "What names no variable is refused",
        arguments: [
            "{{", "{{ name", "{{}}", "{{ . }}", "{{ item }}{{ item. }}", "{{ .name }}", "{{ host.name }}",
            "{{ hostvars.name }}", "{{ hostvars..name }}", "{{ name | upper }}", "{{ 'text' }}", "{{ {{ a }} }}",
        ]
    )
    func refused(text: String) {
        #expect(throws: ArgumentTemplateError.self) { try ArgumentTemplate(parsing: text) }
    }
}
