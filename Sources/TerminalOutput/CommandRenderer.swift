package import FleetRunner

/// What a command printed on many hosts, for people: equal answers once, under the names of all who gave them.
package struct CommandRenderer: RunRenderer {
    private let output: OutputStream
    private let text: AnswerText
    private let showsDifferences: Bool
    private var progress: AdHocProgress
    private var groups = AnswerGroups()

    /// Makes a renderer.
    ///
    /// - Parameters:
    ///   - screens: where results and notes go.
    ///   - showsDifferences: whether only the largest group is shown whole, and others by what is different.
    package init(screens: AdHocScreens, showsDifferences: Bool) {
        output = screens.output
        text = screens.text
        progress = screens.progress
        self.showsDifferences = showsDifferences
    }

    package mutating func show(_ event: AdHocEvent) {
        progress.note(event)
        switch event {
        case .started(_, let hosts): groups = AnswerGroups(hosts: hosts)
        case .answered(let report): groups.add(report)
        case .finished(let summary):
            let all = groups.all
            let majority = showsDifferences ? majority(of: all) : nil
            // Like `diff`: first what the others are compared with.
            if let majority { write(text.whole(all[majority])) }
            for (index, group) in all.enumerated() where index != majority {
                if let majority, group.answer.output?.exit != nil {
                    write(text.difference(group, from: all[majority]))
                } else {
                    write(text.whole(group))
                }
            }
            output.write(text.totals(of: summary))
        case .connecting, .fact, .warning, .interrupted: break
        }
    }

    package mutating func tick() { progress.tick() }

    private func majority(of groups: [AnswerGroups.Group]) -> Int? {
        let withResults = groups.indices.filter { groups[$0].answer.output?.exit != nil }
        let most = withResults.map { groups[$0].hosts.count }.max()
        return withResults.first { groups[$0].hosts.count == most }
    }

    private func write(_ lines: [[UInt8]]) {
        for line in lines { output.write(line) }
    }
}
