/// Why a run of rsync failed: what ssh or rsync said of it, and where they said nothing that is known, its exit code.
///
/// The code alone is not enough: whether a failed ssh comes as 255 or as 12 depends on which of rsync's processes ends
/// first, and so it is with the statuses above 12 of the slave's end (77, 126, 127).
package struct TransferFailure: Sendable, Hashable {
    /// How rsync ended.
    package let exit: RsyncExitCode
    /// The line of standard error that tells the most; nil where there is none.
    package let said: String?
    /// What happened, in plain words.
    package let meaning: String
    /// What to look at or do next; nil where nothing is wrong.
    package let advice: String?

    /// Makes a failure of an exit code, and of what was printed to standard error: one line of it, or all.
    package init(exit: RsyncExitCode, said text: String?) {
        self.exit = exit
        let lines = (text ?? "").unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map { String($0) }
            .filter { line in !Self.endings.contains { line.hasPrefix($0) } }
        // What ssh says comes before what rsync makes of it, and a reason before what follows from it.
        let known = lines.lazy.compactMap { line in
            TransferComplaint.all.first { $0.isFound(in: line) }.map { (line: line, complaint: $0) }
        }.first
        said = known?.line ?? lines.last
        meaning = known?.complaint.meaning ?? exit.meaning
        advice = known?.complaint.advice ?? exit.advice
    }

    /// How it ended, what was said of it and what to do, in one line.
    package var explanation: String {
        var words = "rsync last ended with \(exit.number): \(meaning)"
        if let said { words += ", for it was said: \(said)" }
        if let advice { words += " (\(advice))" }
        return words
    }

    /// How the lines begin that rsync prints after every failure of its connection, whatever the reason was.
    private static let endings = [
        "rsync error: ", "rsync: connection unexpectedly closed", "rsync: [sender] connection unexpectedly closed",
        "(see the rsync manpage",
    ]
}
