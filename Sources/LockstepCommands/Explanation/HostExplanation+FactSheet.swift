import INIFile
import TerminalOutput

extension HostExplanation {
    /// The explanation as a page for people.
    var sheet: FactSheet {
        FactSheet(
            heading: [
                "\(host): \(role.text)",
                "\(position.fileAndLine), in the groups \(groups.joined(separator: ", "))",
            ],
            sections: mirrors.map { FactSheet.Section($0.title, $0.settings.map(\.row)) } + [
                FactSheet.Section("Reached from here", way.map(\.row)),
                FactSheet.Section("Settings", settings.map(\.row)),
                FactSheet.Section("Variables of your own", variables.map(\.row)),
            ]
        )
    }
}

extension HostExplanation.Role {
    /// The role in words that fit behind the host's name.
    var text: String {
        switch self {
        case .master: "the master"
        case .slave(let master): "a slave of \(master)"
        case .none: "in no role, so that it takes no part"
        }
    }
}

extension HostExplanation.Fact {
    fileprivate var row: FactSheet.Row {
        FactSheet.Row(
            name,
            value,
            source: source.text(for: name),
            remarks: remarks + overridden.map { "over \($0.value), \($0.source.text(for: name))" }
        )
    }
}
