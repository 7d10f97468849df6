import ArgumentParser
import Foundation

/// What ArgumentParser tells of a command, as far as a manual page needs it.
struct CommandDescription: Decodable {
    /// The word for it.
    var commandName: String
    /// The words that stand before it.
    var superCommands: [String]?
    /// One line on it.
    var abstract: String?
    /// Paragraphs on it, a blank line between two.
    var discussion: String?
    /// Its options and operands.
    var arguments: [Argument]?
    /// The commands below it.
    var subcommands: [CommandDescription]?

    /// An option or an operand.
    struct Argument: Decodable, Hashable {
        /// Its names; none for an operand.
        var names: [Name]?
        /// What stands for its value.
        var valueName: String?
        /// One line on it.
        var abstract: String?
        /// The headline that it stands below.
        var sectionTitle: String?
        /// Whether it takes a value, or is one.
        var kind: Kind
        /// Whether it may be left out.
        var isOptional: Bool
        /// Whether it may stand several times.
        var isRepeating: Bool

        /// What an argument is.
        enum Kind: String, Decodable, Hashable {
            /// An operand.
            case positional
            /// An option with a value.
            case option
            /// An option without one.
            case flag
        }

        /// A name of an option.
        struct Name: Decodable, Hashable {
            /// `short` has one dash, `long` two.
            var kind: String
            /// The name without dashes.
            var name: String

            /// The name as it is typed.
            var typed: String { (kind == "short" ? "-" : "--") + name }
        }
    }

    /// The program with all that is below it.
    static func program() throws -> CommandDescription {
        struct Dump: Decodable { var command: CommandDescription }
        return try JSONDecoder().decode(Dump.self, from: Data(Lockstep._dumpHelp().utf8)).command
    }
}
