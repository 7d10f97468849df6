package import Provisioning

/// What the hosts of a system answered to all facts of a kind, and what is to be read in the answers.
package struct Recording: Sendable, Hashable {
    /// What one host answered.
    package struct Part: Sendable, Hashable {
        /// What the kind's snippets printed, in their order.
        package var answers: [ProbeOutput]
        /// What is to be read in the answers, a line for each fact; nil where nobody has said so yet.
        package var value: String?

        package init(answers: [ProbeOutput], value: String? = nil) {
            (self.answers, self.value) = (answers, value)
        }
    }

    /// The parts, by the host's state.
    package var parts: [RecordedHost.State: Part] = [:]

    package init() {}

    /// What is read in the answers of a host: a line for each fact, as `lockstep facts` shows its value.
    package static func value(of facts: FactSet, in answers: [ProbeOutput]) -> String {
        let outputs = Dictionary(uniqueKeysWithValues: answers.enumerated().map { ($0.offset, $0.element) })
        return facts.answers(in: facts.facts(in: outputs)).map { answer in
            let subject = answer.subject.isEmpty ? "" : "\(answer.subject): "
            switch answer.value {
            case .success(let value): return "\(subject)\(value)\n"
            case .failure(let error): return "\(subject)error: \(error.message)\n"
            }
        }.joined()
    }
}
