import SystemPackage

/// What known_hosts files hold, as far as they have been read; the first of them, which keys are added to, may grow.
struct KnownHostsContents: Sendable {
    /// The entries of all files.
    var index = KnownHostsIndex()
    /// The lines of the first file that were read to their end.
    private var wholeLines: ArraySlice<UInt8> = []
    private var lineCount = 0

    /// Takes in what has come to the first file since it was read last.
    ///
    /// Where somebody has rewritten it, it is read as a whole; what stood there before stays known for this run.
    ///
    /// - Parameter bytes: all bytes of the file.
    mutating func take(_ bytes: [UInt8], of file: FilePath) {
        if bytes.prefix(wholeLines.count) != wholeLines {
            wholeLines = []
            lineCount = 0
        }
        let newline = UInt8(ascii: "\n")
        let news = bytes[wholeLines.count...]
        index.add(text: String(decoding: news, as: UTF8.self), file: file.string, linesBefore: lineCount)
        lineCount += news.count { $0 == newline }
        // The last line may have been cut: it is read again when it has grown.
        wholeLines = bytes.prefix(through: bytes.lastIndex(of: newline) ?? -1)
    }
}
