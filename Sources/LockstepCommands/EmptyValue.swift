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
    init?(in arguments: [String], of program: CommandDescription) {
        var command = program
        var words = arguments[...]
        // An option that takes several words, while they last.
        var several: String?
        while let word = words.popFirst(), word != "--" {
            guard !word.isEmpty else {
                if let several { return self.init(option: several) }
                continue
            }
            guard word.hasPrefix("-"), word != "-" else {
                if let verb = command.subcommands?.first(where: { $0.commandName == word }) {
                    (command, several) = (verb, nil)
                }
                continue
            }
            several = nil
            let name = String(word.prefix { $0 != "=" })
            guard let option = command.option(typed: name) else { continue }
            if name != word {
                if word.utf8.count == name.utf8.count + 1 { return self.init(option: name) }
                continue
            }
            guard let value = words.popFirst() else { return nil }
            if value.isEmpty { return self.init(option: name) }
            let hasOperands = command.arguments?.contains { $0.kind == .positional } == true
            if option.isRepeating, !hasOperands { several = name }
        }
        return nil
    }

    private init(option: String) { self.option = option }

    /// What is wrong.
    var failure: CommandFailure {
        CommandFailure("\(option) has an empty value", hint: "give it a value, or leave it out", exitCode: 2)
    }
}

extension CommandDescription {
    /// The option with a value that a word names: `--limit`, `-i`, or `-vi`, of which the last letter counts.
    fileprivate func option(typed word: String) -> Argument? {
        let names = word.hasPrefix("--") || word.count <= 2 ? [word] : [word, "-\(word.suffix(1))"]
        return arguments?.first { argument in
            argument.kind == .option && argument.names?.contains { names.contains($0.typed) } == true
        }
    }
}
