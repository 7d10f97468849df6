import Provisioning
import Testing

@testable import LockstepCommands

@Suite("The page of a module")
struct ModulePageTests {
    private enum Sample: Module {
        static let keyword = "sample"
        static let summary = "A file_of_words is there."
        static let parameters: [Parameter] = [
            .optional("mode", "octal, or a|b"), .required("path", "absolute path, such as /a/<b>"),
        ]
        static let example = "[One]\nmodule = sample\n\n[Two]\nmodule = sample\n"

        init(_ arguments: ModuleArguments) throws(ArgumentError) { throw ArgumentError("path", "not made") }
        var facts: FactSet { FactSet() }
        func state(from facts: Facts) throws(PlanError) {}
        func plan(_ state: Void, in context: PlanContext) throws(PlanError) -> TaskPlan { .ok() }
    }

    @Test("In a terminal: what must be there, what may be, and the example")
    func text() {
        let page = """
            sample: A file_of_words is there.

            Required
              path  absolute path, such as /a/<b>

            Optional
              mode  octal, or a|b

            Example
              [One]
              module = sample

              [Two]
              module = sample

            """
        #expect(ModulePage(Sample.self).text(width: 80) == page)
        let narrow = ModulePage(Sample.self).text(width: 30).split(separator: "\n")
        #expect(narrow.allSatisfy { $0.count <= 30 })
    }

    @Test("In Markdown nothing in a text is taken for markup")
    func markdown() {
        let page = #"""
            ## sample

            A file\_of\_words is there.

            | parameter | | meaning |
            |---|---|---|
            | `path` | required | absolute path, such as /a/\<b> |
            | `mode` | optional | octal, or a\|b |

            ```ini
            [One]
            module = sample

            [Two]
            module = sample
            ```

            """#
        #expect(ModulePage(Sample.self).markdown == page)
    }
}
