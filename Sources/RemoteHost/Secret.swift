/// A text that nobody may see: a password, or the passphrase of a key. It shows itself as `[redacted]` wherever it is
/// printed.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Keeps a text secret.
    package init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that hands it to whoever asked for it.
    package var revealed: String { text }

    /// `[redacted]`.
    package var description: String { "[redacted]" }

    /// `[redacted]`.
    package var debugDescription: String { description }

    /// Nothing to look into.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
