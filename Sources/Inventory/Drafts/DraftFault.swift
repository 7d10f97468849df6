package import INIFile

/// Why an answer cannot stand in an inventory, in words for whoever gave it.
package struct DraftFault: Error, Sendable, Hashable {
    /// What is wrong and what was expected.
    package var message: String
    /// What to try next.
    package var hint: String?
    /// The place of a file that it is about; none where the answer alone is at fault.
    package var position: SourcePosition?

    /// Makes a fault of an answer.
    package init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    /// Takes what is wrong at a place of a file.
    package init(_ diagnostic: SourceDiagnostic) {
        self.init(diagnostic.message, hint: diagnostic.hint)
        position = diagnostic.position
    }

    /// The fault without its place, because that is in no file that anybody has.
    var withoutPlace: DraftFault { DraftFault(message, hint: hint) }
}

extension DraftFault: CustomStringConvertible {
    /// The fault in one line, behind its place where it has one.
    package var description: String { position.map { "\($0): \(message)" } ?? message }
}
