/// A key with its value, both with their places.
package struct INIEntry: Sendable, Hashable {
    /// The text before the equals sign.
    package var key: String
    /// Where the key begins.
    package var keyPosition: SourcePosition
    /// The text after the equals sign, the lines that continue it joined to it by LF.
    package var value: String
    /// Where the value begins; just after the blanks behind the equals sign when the first line of it is empty.
    package var valuePosition: SourcePosition
    /// The place of each line of the value, in order, so that a fault inside it can be shown.
    package var valueLines: [SourcePosition]

    /// Makes an entry of one line.
    package init(key: String, keyPosition: SourcePosition, value: String, valuePosition: SourcePosition) {
        self.key = key
        self.keyPosition = keyPosition
        self.value = value
        self.valuePosition = valuePosition
        valueLines = [valuePosition]
    }
}
