import FleetRunner
import INIFile
import Inventory

/// The manual page lockstep(1), made of the commands as they are.
struct ManualPage {
    private var page = Roff()
    private let program: CommandDescription

    /// The page for man, in the language of man(7).
    var text: String { page.text }

    /// Writes the page.
    init(_ program: CommandDescription, version: String) {
        self.program = program
        page.macro("TH", "LOCKSTEP", "1", "", "Lockstep \(version)", "User Commands")
        page.macro("SH", "NAME")
        page.line("lockstep \\- \(Roff.escaped(Self.sentence(program.abstract ?? "")))")
        page.macro("SH", "SYNOPSIS")
        page.line(
            "\(Roff.bold("lockstep")) [\(Roff.italic("options"))] \(Roff.italic("verb")) [\(Roff.italic("arguments"))]"
        )
        page.macro("SH", "DESCRIPTION")
        page.paragraphs(Self.description)
        page.macro("SH", "VERBS")
        for verb in program.subcommands ?? [] where verb.commandName != "help" { write(verb) }
        page.macro("SH", "OPTIONS")
        page.paragraphs("These stand before the verb or after it.")
        for option in options(of: program) { write(option) }
        page.macro("SH", "SETTINGS")
        page.paragraphs(Self.settings)
        for setting in Setting.all { write(setting) }
        page.macro("SS", "In a section [sync:NAME]")
        page.paragraphs(Self.sections)
        for setting in Setting.ofSync where Setting.named(setting.name) == nil { write(setting) }
        page.macro("SH", "EXIT STATUS")
        for (code, meaning) in RunExitCode.meanings { page.item(Roff.bold("\(code)"), meaning + ".") }
        page.macro("SH", "ENVIRONMENT")
        for (name, meaning) in Self.environment { page.item(Roff.bold(name), meaning) }
        page.macro("SH", "FILES")
        for (name, meaning) in Self.files { page.item(Roff.italic(name), meaning) }
        page.macro("SH", "SEE ALSO")
        let others = [("lsyncd", 1), ("rsync", 1), ("ssh", 1), ("ssh_config", 5), ("sshd", 8)]
        page.line(others.map { "\(Roff.bold($0.0))(\($0.1))" }.joined(separator: ",\n"))
    }

    // MARK: - Verbs

    private mutating func write(_ verb: CommandDescription) {
        let words = ((verb.superCommands ?? []) + [verb.commandName]).joined(separator: " ")
        if let below = verb.subcommands, !below.isEmpty {
            for command in below { write(command) }
            return
        }
        let own = options(of: verb)
        page.macro("SS", words)
        page.line(([Roff.bold(words)] + own.map(\.synopsis)).joined(separator: "\n"))
        page.macro("PP")
        page.paragraphs(([verb.abstract, verb.discussion]).compactMap(\.self).joined(separator: "\n\n"))
        for option in own { write(option) }
    }

    /// What a command has beside the options of all verbs, and these for the program itself.
    private func options(of command: CommandDescription) -> [CommandDescription.Argument] {
        let common = command.superCommands == nil ? [] : Set((program.arguments ?? []).compactMap(\.names))
        return (command.arguments ?? []).filter { argument in
            let isOfAll = argument.names.map {
                common.contains($0) || $0.contains { ["help", "version"].contains($0.name) }
            }
            return command.superCommands == nil || isOfAll != true
        }
    }

    private mutating func write(_ argument: CommandDescription.Argument) {
        page.item(argument.tag, Self.ended(argument.abstract ?? ""))
    }

    // MARK: - Settings

    private mutating func write(_ setting: Setting) {
        let names = ([setting.name] + setting.aliases).map(Roff.bold).joined(separator: ", ")
        let standard = setting.standard.map { $0.isEmpty ? "; default: none" : "; default: \($0)" } ?? ""
        page.item(names, Self.ended("\(setting.summary.prefix(1).uppercased())\(setting.summary.dropFirst())"))
        page.macro("RS")
        page.paragraphs(Self.ended("Takes \(setting.type.summary)\(standard)"))
        page.macro("RE")
    }

    /// A sentence as it stands behind a name: no capital letter, no full stop.
    private static func sentence(_ text: String) -> String {
        let whole = text.hasSuffix(".") ? String(text.dropLast()) : text
        return whole.prefix(1).lowercased() + whole.dropFirst()
    }

    private static func ended(_ text: String) -> String { text.isEmpty || text.hasSuffix(".") ? text : "\(text)." }
}

extension CommandDescription.Argument {
    /// Its names and its value, as the head of its description.
    fileprivate var tag: String {
        let value = valueName.map(Roff.italic) ?? ""
        guard let names, !names.isEmpty else { return value }
        let typed = names.sorted { $0.typed.count < $1.typed.count }.map { Roff.bold($0.typed) }.joined(separator: ", ")
        return kind == .option ? "\(typed) \(value)" : typed
    }

    /// It as a part of a command line.
    fileprivate var synopsis: String {
        let value = valueName.map(Roff.italic) ?? ""
        let name = names?.max { $0.typed.count < $1.typed.count }.map { Roff.bold($0.typed) }
        let whole = [name, kind == .flag ? nil : value].compactMap(\.self).joined(separator: " ")
        let repeated = isRepeating ? "\(whole) ..." : whole
        return isOptional ? "[\(repeated)]" : repeated
    }
}
