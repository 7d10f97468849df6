import INIFile
import Provisioning

extension ModuleRegistry {
    /// A line for each module, in alphabetical order: its keyword, and what it makes true.
    var list: String {
        let width = (keywords.map(\.count).max() ?? 0) + 2
        return modules.map { module in
            module.keyword + String(repeating: " ", count: width - module.keyword.count) + module.summary + "\n"
        }.joined()
    }

    /// The page docs/modules.md.
    var markdown: String {
        """
        # Modules

        <!-- Printed by `lockstep doc --markdown`: `make modules` writes this page anew. -->

        What may stand behind `module` in a task of a [playbook](playbooks.md). `lockstep doc MODULE` prints the same in a
        terminal. What an example refers to is made by the tasks before its last one, or is a
        [variable](playbooks.md#references).


        """ + modules.map { ModulePage($0).markdown }.joined(separator: "\n")
    }

    /// The keywords that a mistyped one may have meant: the nearest, or else those that share a word with it.
    func keywords(near name: String) -> [String] {
        if let nearest = nearestName(to: name, among: keywords) { return [nearest] }
        let words = Set(name.lowercased().split { !$0.isLetter }.map { $0.hasSuffix("s") ? $0.dropLast() : $0 })
        return keywords.filter { keyword in
            keyword.split(separator: "-").contains { words.contains($0.hasSuffix("s") ? $0.dropLast() : $0) }
        }
    }

    private var modules: [any Module.Type] { keywords.compactMap { self[$0] } }
}
