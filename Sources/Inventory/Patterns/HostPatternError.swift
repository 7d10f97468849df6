import INIFile

/// Why a host pattern chooses nothing.
package struct HostPatternError: Error, Sendable, Hashable {
    /// What kind of fault it is.
    package var code: Code
    /// The whole pattern.
    package var pattern: String
    /// What is wrong with it, in one line.
    package var message: String
    /// What to try next, in one line.
    package var hint: String?

    /// The kinds of fault.
    package enum Code: Sendable, Hashable, CaseIterable {
        /// There is nothing in it.
        case empty
        /// A part of it is not written as patterns are.
        case malformed
        /// A file of patterns cannot be read.
        case unreadable
        /// A part of it names no host and no group.
        case unknownName
        /// What it names comes to no host at all.
        case noHost
    }

    /// Makes an error.
    init(_ code: Code, pattern: String, _ message: String, hint: String? = nil) {
        self.code = code
        self.pattern = pattern
        self.message = message
        self.hint = hint
    }
}

extension HostPatternError: CustomStringConvertible {
    /// The error in one line.
    package var description: String { "the host pattern \(quoted(pattern)) \(message)" }
}
