package import INIFile

/// One thing that is wrong in an inventory.
package struct InventoryError: Error, Sendable, Hashable {
    /// What kind of fault it is.
    package var code: Code
    /// Where it is, what was expected and what to try.
    package var diagnostic: SourceDiagnostic

    /// The kinds of fault.
    package enum Code: Sendable, Hashable, CaseIterable {
        /// Not an INI text.
        case syntax
        /// A file that cannot be read, or is of a kind that is not read.
        case unreadable
        /// A section title that is not `group`, `group:vars` or `group:children`.
        case badTitle
        /// A line that is no host with its variables.
        case badHostLine
        /// A range of hosts that cannot be counted out.
        case badRange
        /// A line of a `:vars` section that is no variable.
        case badVariable
        /// A group that is used and nowhere defined.
        case unknownGroup
        /// A group that is below itself.
        case groupCycle
        /// A master or slave too few, too many or in both roles.
        case badRole
        /// A host name that cannot serve as a file's or a service's name.
        case badHostName
        /// A setting whose value is not of its type.
        case badValue
        /// A setting that has to be there.
        case missingSetting
        /// A variable that is almost a setting.
        case misspeltSetting
        /// A directory that must not be mirrored, or not mirrored over.
        case dangerousPath
        /// Two hosts that are one machine.
        case sameMachine
    }

    /// Makes an error; a line with a password in it is not shown.
    package init(_ code: Code, _ diagnostic: SourceDiagnostic) {
        self.code = code
        self.diagnostic = diagnostic.withoutSecrets(isSyntax: code.isSyntax)
    }
}

extension InventoryError.Code {
    /// Whether the line could not be cut into names and values, so that a piece of a value may be in the message.
    fileprivate var isSyntax: Bool {
        switch self {
        case .syntax, .badHostLine, .badVariable, .badRange, .badTitle: true
        default: false
        }
    }
}

extension InventoryError: CustomStringConvertible {
    /// The error in one line: `file:line:column: message`.
    package var description: String { diagnostic.description }
}

/// Everything that is wrong in an inventory: at least one error, in the order of the file.
package struct InventoryErrors: Error, Sendable, Hashable {
    /// The errors.
    package let errors: [InventoryError]

    /// Wraps one error.
    init(_ error: InventoryError) { errors = [error] }

    /// Puts errors in order; none when there are none.
    init?(_ errors: [InventoryError]) {
        if errors.isEmpty { return nil }
        self.errors = errors.sorted { $0.diagnostic.position < $1.diagnostic.position }
    }
}

extension InventoryErrors: CustomStringConvertible {
    /// The errors, one a line.
    package var description: String { errors.map(\.description).joined(separator: "\n") }

    /// The errors as blocks with their source lines and hints.
    package var rendered: String { errors.map(\.diagnostic.rendered).joined(separator: "\n") }
}
