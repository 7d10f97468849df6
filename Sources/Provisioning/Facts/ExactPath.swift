/// An absolute path on a host. Two paths are one where their bytes are: two spellings of one letter are two files.
package struct ExactPath: Sendable, Hashable {
    /// The path.
    package let text: String

    /// Makes a path.
    package init(_ text: String) {
        self.text = text
    }

    package static func == (one: ExactPath, other: ExactPath) -> Bool {
        one.text.utf8.elementsEqual(other.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(0 as UInt8)
    }
}
