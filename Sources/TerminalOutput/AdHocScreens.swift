/// Where an ad hoc verb writes to, and what is known of the terminals there.
package struct AdHocScreens: Sendable {
    let output: OutputStream
    let text: AnswerText
    let progress: AdHocProgress

    /// Makes screens.
    ///
    /// - Parameters:
    ///   - output: where results go.
    ///   - isTerminal: whether results go to a terminal: then no byte of a host may move it.
    ///   - notes: where everything else goes.
    ///   - width: the columns of the terminal behind `notes`; none where there is no terminal.
    ///   - hasColour: whether terminals may be given colours.
    package init(
        output: OutputStream,
        isTerminal: Bool,
        notes: OutputStream,
        width: (@Sendable () -> Int)?,
        hasColour: Bool
    ) {
        self.output = output
        text = AnswerText(style: TextStyle(hasColour: hasColour && isTerminal), isTerminal: isTerminal)
        progress = AdHocProgress(notes: notes, width: width, style: TextStyle(hasColour: hasColour && width != nil))
    }
}
