/// A way to write a value down so that the file's reader gets exactly that value, and never takes it for syntax.
enum LiteralKind: String, Sendable, CaseIterable {
    /// A quoted string of Lua 5.1 to 5.4.
    case luaString = "LOCKSTEP-LUA-STRING"
    /// A table of such strings, one for each line of the value.
    case luaTable = "LOCKSTEP-LUA-TABLE"
    /// One word of POSIX sh.
    case shellWord = "LOCKSTEP-SHELL-WORD"
    /// One word of a systemd setting that is a list of words.
    case unitWord = "LOCKSTEP-UNIT-WORD"
    /// Such words, one for each line of the value.
    case unitWords = "LOCKSTEP-UNIT-WORDS"
    /// One argument of a systemd command line.
    case unitArgument = "LOCKSTEP-UNIT-ARGUMENT"
    /// The value as it is, on one line.
    case line = "LOCKSTEP-LINE"

    /// The whole literal, its quotes included.
    ///
    /// - Throws: `LiteralRefusal` for a value that cannot be written this way.
    func literal(of value: String) throws(LiteralRefusal) -> String {
        if value.unicodeScalars.contains("\0") { throw LiteralRefusal(reason: "it holds a NUL") }
        switch self {
        case .luaString: return LuaSyntax.string(value)
        case .luaTable: return LuaSyntax.table(value)
        case .shellWord: return ShellSyntax.word(value)
        case .unitWord: return try UnitSyntax.word(value, inCommand: false)
        case .unitWords:
            var words: [String] = []
            for line in value.split(separator: "\n") {
                words.append(try UnitSyntax.word(String(line), inCommand: false))
            }
            return words.joined(separator: " ")
        case .unitArgument: return try UnitSyntax.word(value, inCommand: true)
        case .line:
            if value.unicodeScalars.contains(where: \.isControlCharacter) {
                throw LiteralRefusal(reason: "it holds a line break or another control character")
            }
            return value
        }
    }
}

/// Why a value cannot be written as a literal of some kind.
struct LiteralRefusal: Error {
    /// The reason, to follow "the value of x cannot stand here: ".
    var reason: String
}

extension Unicode.Scalar {
    /// Whether this is a control character (C0, DEL or C1) or ends a line.
    var isControlCharacter: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
