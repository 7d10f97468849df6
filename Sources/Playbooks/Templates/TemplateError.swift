/// Why a template cannot be used, or a value cannot stand in it.
package struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure this is.
    package var code: Code
    /// The template's name.
    package var template: String
    /// The line of the template, from 1; nil where the whole file is meant.
    package var line: Int?
    /// The variable in question, where there is one.
    package var variable: String?
    /// What failed, in one line.
    package var message: String
    /// What to try next, in one line.
    package var hint: String?

    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The text is no template: a tag does not end, or has no proper name.
        case malformed
        /// A tag that Lockstep does not render: unescaped, a section, a partial.
        case tagRefused
        /// A tag stands where a value would not be a value: within quotes, in a comment.
        case placeRefused
        /// The template asks for a variable that nobody set.
        case unknownVariable
        /// A value that the template's language cannot carry.
        case valueRefused
    }

    /// The error in one line: where, what, and what to try.
    package var description: String {
        let place = line.map { "\(template):\($0)" } ?? template
        return "\(place): \(message)" + (hint.map { " (\($0))" } ?? "")
    }
}
