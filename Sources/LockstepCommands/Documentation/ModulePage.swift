import Provisioning
import TerminalOutput

/// The page of a module: what it makes true, its parameters and an example, all as they are in the code.
struct ModulePage {
    private let module: any Module.Type

    init(_ module: any Module.Type) {
        self.module = module
    }

    /// The page for a terminal of that many columns.
    func text(width: Int) -> String {
        let sheet = FactSheet(
            heading: ["\(module.keyword): \(module.summary)"],
            sections: [("Required", true), ("Optional", false)].map { title, isRequired in
                let parameters = module.parameters.filter { $0.isRequired == isRequired }
                return FactSheet.Section(title, parameters.map { FactSheet.Row($0.name, $0.summary, source: "") })
            }
        )
        return "\(sheet.text(width: width))\nExample\n\(indentedExample)"
    }

    /// The example below its title; an empty line stays empty.
    private var indentedExample: String {
        module.example.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
    }

    /// The page as a section in Markdown.
    var markdown: String {
        """
        ## \(module.keyword)

        \(Self.escaped(module.summary))
        \(parameterTable)
        ```ini
        \(module.example)```

        """
    }

    private var parameterTable: String {
        guard !module.parameters.isEmpty else { return "" }
        let inOrder = module.parameters.filter(\.isRequired) + module.parameters.filter { !$0.isRequired }
        let rows = inOrder.map { parameter in
            "| `\(parameter.name)` | \(parameter.isRequired ? "required" : "optional") | \(Self.escaped(parameter.summary)) |\n"
        }
        return "\n| parameter | | meaning |\n|---|---|---|\n\(rows.joined())"
    }

    /// A text with what Markdown would act on in it.
    private static func escaped(_ text: String) -> String {
        text.map { "\\`*_[]<|".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
