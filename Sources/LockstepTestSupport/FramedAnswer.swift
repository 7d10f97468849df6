package import RemoteHost

extension Command {
    /// The snippets of a question for facts; none where the command is something else.
    package var snippets: [String] {
        var snippets: [String] = []
        var rest = inputText[...]
        while let begin = rest.firstRange(of: "\ns\(snippets.count)() (\n") {
            rest = rest[begin.upperBound...]
            let next =
                rest.firstRange(of: "\n)\ns\(snippets.count + 1)() (\n") ?? rest.firstRange(of: "\n)\ntake s0 0\n")
            guard let next else { return [] }
            snippets.append(String(rest[..<next.lowerBound]))
        }
        return snippets
    }

    /// What a host prints that answers each snippet so.
    package func frames(_ answer: (String) -> String) -> [UInt8] {
        let lines = inputText.split(separator: "\n")
        let nonce = lines.first { $0.hasPrefix("nonce=") }?.dropFirst("nonce=".count) ?? ""
        let frames = snippets.map(answer).enumerated().map { place, text in
            "\n\(nonce) \(place) ended 0 \(text.utf8.count) 0\n\(text)"
        }
        return Array((frames.joined() + "\n\(nonce) end\n").utf8)
    }
}

extension ScriptedHost.Answer {
    /// Answers a question for facts one of whose snippets contains `part`: each snippet by what `answer` makes of it.
    package static func toFacts(_ part: String, _ answer: @escaping @Sendable (String) -> String) -> Self {
        Self("to facts with \(part)", when: { $0.snippets.contains { $0.contains(part) } }) { command, output in
            output.append(.standardOutput(command.frames(answer)))
            return .status(0)
        }
    }
}
