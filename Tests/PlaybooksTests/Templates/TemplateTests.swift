import BuiltInPlaybooks
import Playbooks
import Testing

@Suite("Templates")
struct TemplateTests {
    @Test("A template without tags is rendered byte for byte", arguments: BuiltInPlaybooks.templateNames.sorted())
    func textIsKept(name: String) throws {
        let text = try #require(BuiltInPlaybooks.template(named: name))
        let template = try Template(named: name, text: text)
        guard template.variables.isEmpty else { return }
        #expect(try template.render([:]) == text)
    }

    @Test("Text around a value is kept", arguments: ["a {{v}} b\n\n  c\t\r\n d } {\n", "\n\n {{v}}  \n", "{ {{v}} }"])
    func textAroundIsKept(text: String) throws {
        let rendered = try Template(named: "a.txt", text: text).render(["v": "\u{1F600}x"])
        #expect(Array(rendered.utf8) == Array(text.replacing("{{v}}", with: "\u{1F600}x").utf8))
    }

    @Test(
        "A tag that could carry syntax, or that would be rendered as nothing, is refused when the template is read",
        arguments: [
            ("{{{v}}}", TemplateError.Code.tagRefused), ("{{&v}}", .tagRefused), ("{{ & v }}", .tagRefused),
            ("{{#v}}{{/v}}", .tagRefused), ("{{^v}}x{{/v}}", .tagRefused), ("{{>other}}", .tagRefused),
            ("{{<other}}{{/other}}", .tagRefused), ("{{=<% %>=}}", .tagRefused),
            ("{{% CONTENT_TYPE: TEXT}}{{v}}", .tagRefused), ("{{v.w}}", .malformed), ("{{upper(v)}}", .malformed),
            ("{{}}", .malformed), ("{{v", .malformed), ("{{v\n}}", .malformed), ("{{v w}}", .malformed),
            ("{{.}}", .malformed), ("{{9}}", .malformed),
        ]
    )
    func tagIsRefused(text: String, code: TemplateError.Code) {
        let error = #expect(throws: TemplateError.self) { try Template(named: "a.txt", text: "first\n" + text) }
        #expect(error?.code == code, "\(String(describing: error))")
        #expect(error?.line == 2)
    }

    @Test("A variable without a value is an error with its place and the nearest name")
    func unknownVariable() throws {
        let template = try Template(named: "a.txt", text: "{{! a\ncomment }}\n{{target}}\n\n{{sorce}}\n")
        let error = #expect(throws: TemplateError.self) { try template.render(["source": "s", "target": "t"]) }
        #expect(error?.code == .unknownVariable)
        #expect(error?.description == "a.txt:5: {{sorce}} has no value (did you mean {{source}}?)")
        let far = #expect(throws: TemplateError.self) { try template.render(["port": "22", "target": "t"]) }
        #expect(far?.hint == "known: port, target")
    }

    @Test("A NUL is refused by every language", arguments: ["a.lua", "a.sh", "a", "a.txt"])
    func nulIsRefused(name: String) throws {
        let error = #expect(throws: TemplateError.self) {
            try Template(named: name, text: "{{v}}").render(["v": "a\0b"])
        }
        #expect(error?.code == .valueRefused)
        #expect(error?.variable == "v")
    }

    @Test("A plain text takes a value as it is, on one line", arguments: HostileValues.lines)
    func plainLine(value: String) throws {
        #expect(try Template(named: "a.conf", text: "k = {{v}}\n").render(["v": value]) == "k = \(value)\n")
    }

    @Test("A plain text refuses a value that would be more than a line", arguments: HostileValues.controls)
    func plainControls(value: String) throws {
        let template = try Template(named: "a.conf", text: "k = {{v}}\n")
        #expect(throws: TemplateError.self) { try template.render(["v": value]) }
    }
}
