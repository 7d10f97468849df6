package import RemoteHost

/// A question for facts: one command, however many there are.
package struct FactQuestion: Sendable {
    /// The script did not come to its end, though the connection held.
    package struct EarlyEnd: Error, Sendable {
        /// How it ended, and what it printed.
        package var result: CommandResult
    }

    private let facts: FactSet
    private let snippets: [(kind: String, script: String)]
    private let script: LookScript

    /// Makes a question.
    package init(_ facts: FactSet) {
        self.facts = facts
        snippets = facts.snippets
        script = LookScript(asking: snippets.map(\.script), nonce: .randomMark())
    }

    /// Asks a host, and returns what it answers beside what it has answered earlier.
    ///
    /// - Throws: `RemoteHostError`; `EarlyEnd`.
    package func ask(
        _ host: any RemoteHost,
        privilege: Privilege,
        deadline: Duration,
        beside earlier: Facts = Facts()
    ) async throws -> Facts {
        let arrival = AnswerArrival(of: script)
        let command = Command.script(script.text, privilege: privilege, deadline: deadline)
        let result = try await host.run(command) { chunk in
            if case .standardOutput(let bytes) = chunk { arrival.take(bytes, at: .now) }
        }
        guard let outputs = arrival.answers else { throw EarlyEnd(result: result) }
        var answers = facts.facts(in: outputs, beside: earlier)
        answers.times = arrival.times(of: snippets.map(\.kind))
        return answers
    }
}
