/// What is wrong, or odd, in a client configuration.
package struct ClientConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of fault it is.
    package var code: Code
    /// The line that it is in; none for a whole file.
    package var origin: ConfigurationOrigin?
    /// What is wrong, in one line, without the place.
    package var message: String
    /// What to try next.
    package var hint: String?

    /// The kinds of fault.
    package enum Code: Sendable, Hashable {
        /// A file that is not there, cannot be read, or that others may write.
        case badFile
        /// A line that is not keyword and arguments.
        case badSyntax
        /// A keyword that ssh does not know.
        case unknownOption
        /// A value that the option does not take.
        case badValue
        /// A condition that is not one of `Match`.
        case badCondition
        /// Includes that go too deep, or too many of them.
        case tooManyIncludes
        /// Something that ssh does, and that is not done here.
        case notSupported
        /// Something that takes no effect here.
        case withoutEffect
        /// Hosts that are reached by way of each other.
        case jumpCycle
    }

    /// Makes a fault.
    package init(_ code: Code, at origin: ConfigurationOrigin?, _ message: String, hint: String? = nil) {
        self.code = code
        self.origin = origin
        self.message = Self.printable(message)
        self.hint = hint.map(Self.printable)
    }

    /// A text without anything that a terminal would act on: files hold what they hold.
    private static func printable(_ text: String) -> String {
        var printable = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(1000) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: printable.append("\u{FFFD}")
            default: printable.append(scalar)
            }
        }
        return String(printable)
    }

    /// The fault in one line: `file:line: message`.
    package var description: String { (origin.map { "\($0): " } ?? "") + message }

    /// The fault with its hint, two lines.
    package var rendered: String { description + (hint.map { "\n  hint: \($0)" } ?? "") }
}

/// Everything that is wrong in a client configuration: at least one fault, in the order in which files are read.
package struct ClientConfigurationErrors: Error, Sendable, Hashable {
    /// The faults.
    package let errors: [ClientConfigurationError]

    /// Takes faults; none when there are none.
    init?(_ errors: [ClientConfigurationError]) {
        if errors.isEmpty { return nil }
        self.errors = errors
    }

    /// Wraps one fault.
    init(_ error: ClientConfigurationError) { errors = [error] }
}

extension ClientConfigurationErrors: CustomStringConvertible {
    /// The faults, one a line, each with its hint below.
    package var description: String { errors.map(\.rendered).joined(separator: "\n") }
}
