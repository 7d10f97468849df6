extension StringProtocol where SubSequence == Substring {
    /// The pieces of a text from a host between its line feeds, each byte of it looked at.
    ///
    /// Split into characters, as `split` does it, a text whose lines end in CR LF is one line: Swift takes the two for one
    /// character, which is no line feed.
    package func splitAtLineFeeds(keepingEmpty: Bool = false) -> [Substring] {
        self[...].utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: !keepingEmpty)
            .map { Substring($0) }
    }
}
