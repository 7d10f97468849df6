/// An option of the command line that was given an empty value, such as `--limit ""`.
///
/// The parser takes it for a value, or passes it over and takes the next word; neither can be meant.
struct EmptyValue: Hashable {
    /// The option as it was typed.
    var option: String

    /// Looks for the first one; none where every option has a value.
    ///
    /// - Parameters:
    ///   - arguments: the words of the command line, without the program's name.
    ///   - program: the program with its verbs and options.
    static func first(in arguments: [String], of program: CommandDescription) -> EmptyValue? {
        var command = program
        var words = arguments[...]
        while let word = words.popFirst(), word != "--" {
            guard word.hasPrefix("-"), word != "-" else {
                if let verb = command.subcommands?.first(where: { $0.commandName == word }) { command = verb }
                continue
            }
            let name = String(word.prefix { $0 != "=" })
            guard command.takesValue(name) else { continue }
            if name != word {
                if word.utf8.count == name.utf8.count + 1 { return EmptyValue(option: name) }
                continue
            }
            guard let value = words.popFirst() else { return nil }
            if value.isEmpty { return EmptyValue(option: name) }
        }
        return nil
    }

    /// What is wrong.
    var failure: CommandFailure {
        CommandFailure("\(option) has an empty value", hint: "give it a value, or leave it out", exitCode: 2)
    }
}

extension CommandDescription {
    /// Whether a word is an option with a value: `--limit`, `-i`, or `-vi`, of which the last letter counts.
    fileprivate func takesValue(_ word: String) -> Bool {
        let names = word.hasPrefix("--") || word.count <= 2 ? [word] : [word, "-\(word.suffix(1))"]
        return arguments?.contains { argument in
            argument.kind == .option && argument.names?.contains { names.contains($0.typed) } == true
        } == true
    }
}
