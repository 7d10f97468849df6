import Playbooks
import Provisioning
import Synchronization
import Testing

@Suite("The template library")
struct TemplateLibraryTests {
    @Test("A template is read once and rendered for each host")
    func readOnce() throws {
        let reads = Mutex(0)
        let library = TemplateLibrary { name in
            reads.withLock { $0 += 1 }
            return name == "motd.txt" ? "Welcome to {{name}}\n" : nil
        }
        #expect(try library.render("motd.txt", ["name": "hub"]) == "Welcome to hub\n")
        #expect(try library.render("motd.txt", ["name": "edge1"]) == "Welcome to edge1\n")
        #expect(reads.withLock { $0 } == 1)
    }

    @Test(
        "What is wrong with a template is told as a fault of the task's 'src'",
        arguments: [
            ("absent.txt", "there is no template 'absent.txt'"),
            ("open.txt", "open.txt:2: a tag {{ has no }} (write {{name}} on one line)"),
            ("raw.txt", "raw.txt:1: {{{ }}} and {{& }} would let a value become syntax (write {{name}})"),
            ("other.txt", "other.txt:1: {{naem}} has no value (did you mean {{name}}?)"),
        ]
    )
    func faults(name: String, message: String) {
        let texts = ["open.txt": "x\n{{name", "raw.txt": "{{{name}}}", "other.txt": "{{naem}}"]
        let library = TemplateLibrary { texts[$0] }
        // The second time, the answer comes from memory.
        for _ in 0..<2 {
            #expect(throws: ArgumentError("src", message)) { try library.render(name, ["name": "hub"]) }
        }
    }
}
