/// Why a text is not an INI file, or a section not what its reader needs.
package struct INIFileError: Error, Sendable, Hashable {
    /// What kind of fault it is.
    package var code: Code
    /// Where it is and what was expected.
    package var diagnostic: SourceDiagnostic

    /// The kinds of fault.
    package enum Code: Sendable, Hashable, CaseIterable {
        /// Bytes that are not UTF-8, UTF-16 included.
        case notUTF8
        /// A NUL or another control character.
        case controlCharacter
        /// A title without its closing bracket.
        case unterminatedTitle
        /// A title of nothing but blanks.
        case emptyTitle
        /// Something other than a comment after a title.
        case textAfterTitle
        /// A line that should be `key = value` and is not.
        case notKeyAndValue
        /// An indented line that continues nothing.
        case nothingToContinue
    }

    /// Makes an error.
    package init(_ code: Code, _ diagnostic: SourceDiagnostic) {
        self.code = code
        self.diagnostic = diagnostic
    }
}

extension INIFileError: CustomStringConvertible {
    /// The error in one line: `file:line:column: message`.
    package var description: String { diagnostic.description }
}
