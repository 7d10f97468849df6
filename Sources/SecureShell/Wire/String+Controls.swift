extension String {
    /// The text made harmless for a message: a question mark for each control character, and 80 characters at most.
    var withoutControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.prefix(80).map { $0.value < 0x20 || 0x7f...0x9f ~= $0.value ? "?" : $0 }
            )
        )
    }
}
