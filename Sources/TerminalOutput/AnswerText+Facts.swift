import FleetRunner
import Provisioning

extension AnswerText {
    /// What a host answered to facts, a line each; the reason why one has no answer may have more.
    func facts(of report: AdHocReport) -> [String] {
        let facts = report.facts ?? []
        let name = printable(report.host, lineStart: nil)
        let note = facts.isEmpty ? "nothing of these kinds is asked for here" : report.message
        let header = (["== \(name)", note].compactMap(\.self)).joined(separator: ": ")
        return [style.outcome(report.outcome, header) + "\n"] + facts.flatMap(lines)
    }

    private func lines(of fact: FactAnswer) -> [String] {
        let what = fact.subject.isEmpty ? fact.kind : "\(fact.kind) \(fact.subject)"
        switch fact.value {
        case .success(let value): return [printable("\(what): \(value)", lineStart: nil) + "\n"]
        case .failure(let error):
            let hint = error.hint.map { "   hint: \(printable($0, lineStart: nil))\n" }
            let line = style.bad(printable("\(what): error: \(error.message)", lineStart: "   ")) + "\n"
            return [line, hint].compactMap(\.self)
        }
    }
}
