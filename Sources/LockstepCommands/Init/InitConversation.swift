import FleetRunner
import Inventory

/// Leads an interview: answers that are given are taken, the others are asked for, and what they say is looked at.
struct InitConversation: Sendable {
    /// Where people are told.
    let screen: InitScreen
    /// Who is asked; none where there is no terminal.
    let person: (any AnswerSource)?
    /// What looks at the hosts; none where nobody shall.
    let inspector: (any HostInspector)?
    /// Whether a default is taken without asking.
    let takesDefaults: Bool

    /// What is still to come.
    struct Progress {
        /// The answers that are given.
        var given: GivenAnswers
        /// Whether a person was asked for something.
        var hasAsked = false
        /// The hosts that one could not log in to.
        fileprivate var unreached: Set<String> = []

        /// Begins with the answers that are given.
        init(given: GivenAnswers) { self.given = given }
    }

    /// Goes on until all is answered.
    func lead(_ interview: inout some Interview, _ progress: inout Progress) async throws {
        let given = progress.given
        while true {
            while interview.takesOwnTargets, let own = progress.given.nextOwnTarget() {
                do throws(DraftFault) {
                    try interview.takeOwnTarget(own)
                } catch {
                    throw CommandFailure("--slave-target", error)
                }
            }
            guard let question = interview.question else { return }
            if let answer = progress.given.answer(to: question.topic) {
                let inspection: HostInspection?
                do throws(DraftFault) {
                    inspection = try interview.answer(answer)
                } catch {
                    throw CommandFailure(question.topic.flag, error)
                }
                _ = try await look(inspection, &progress)
            } else if takesDefaults, question.standard != nil {
                // The default is one that was tried before it was proposed.
                _ = try await look(try? interview.answer(""), &progress)
            } else if let person {
                progress.hasAsked = true
                let inspection = try ask(question, &interview, person)
                let isOdd = try await look(inspection, &progress)
                if isOdd, try !keeps(person) { interview.reconsider() }
            } else {
                throw Self.unanswered(question, given, takesDefaults: takesDefaults)
            }
        }
    }

    /// Asks for a yes or no; without a person, the answer is the default.
    func confirms(_ text: String, standard: Bool) throws -> Bool {
        guard let person else { return standard }
        while true {
            switch try Self.line(person, screen.prompt(text, standard: standard ? "yes" : "no")).lowercased() {
            case "": return standard
            case "y", "yes": return true
            case "n", "no": return false
            default: screen.note("yes or no was expected")
            }
        }
    }

    // MARK: - Asking

    /// Asks until the answer can be taken.
    private func ask(
        _ question: InitQuestion,
        _ interview: inout some Interview,
        _ person: any AnswerSource
    ) throws -> HostInspection? {
        while true {
            let text = try Self.line(person, screen.prompt(question.text, standard: question.standard))
            do throws(DraftFault) {
                return try interview.answer(text)
            } catch {
                screen.note(error.description, hint: error.hint)
            }
        }
    }

    private func keeps(_ person: any AnswerSource) throws -> Bool {
        while true {
            switch try Self.line(person, screen.prompt("Enter keeps it, 'again' asks anew", standard: "keep")) {
            case "", "keep": return true
            case "again": return false
            default: screen.note("keep or again was expected")
            }
        }
    }

    private static func line(_ person: any AnswerSource, _ prompt: String) throws -> String {
        do throws(NoAnswer) {
            let line = try person.line(after: prompt)
            return String(line.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        } catch {
            switch error {
            case .interrupted: throw FinalExitCode(RunExitCode.interrupted)
            case .ended:
                throw CommandFailure(
                    "the input ended before everything was answered; nothing was written",
                    hint: "every question has an option, see lockstep init --help"
                )
            }
        }
    }

    private static func unanswered(
        _ question: InitQuestion,
        _ given: GivenAnswers,
        takesDefaults: Bool
    ) -> CommandFailure {
        var flags = given.missingFlags(takesDefaults: takesDefaults)
        if case .ownTarget = question.topic { flags = [] }
        if !flags.contains(question.topic.flag) { flags.append(question.topic.flag) }
        return CommandFailure(
            "there is no terminal to ask on, and not everything is said: \(flags.joined(separator: ", "))",
            hint: takesDefaults ? nil : "--yes takes the defaults of --target, --user, --key and --become"
        )
    }

    // MARK: - Looking

    /// Looks at hosts, and tells what came of it.
    ///
    /// - Returns: whether something is odd.
    private func look(_ inspection: HostInspection?, _ progress: inout Progress) async throws -> Bool {
        guard let inspector, let inspection else { return false }
        // Who was not reached a moment ago will not be now.
        if inspection.directory != nil, !progress.unreached.isDisjoint(with: inspection.names) { return false }
        let findings = await inspector.inspect(inspection)
        for finding in findings {
            if case .trouble = finding.result {
                progress.unreached.insert(finding.host)
            } else {
                progress.unreached.remove(finding.host)
            }
        }
        for text in FindingText.lines(of: findings) { screen.note(text.message, hint: text.hint) }
        return findings.contains(where: \.isOdd)
    }
}

extension CommandFailure {
    /// A fault of what an option says, or of the file that this would make.
    fileprivate init(_ flag: String, _ fault: DraftFault) {
        self.init(fault.position == nil ? "\(flag): \(fault.message)" : fault.description, hint: fault.hint)
    }
}
