package import RemoteHost

extension Command {
    /// The snippets of a question for facts; none where the command is something else.
    package var snippets: [String] {
        var snippets: [String] = []
        var rest = inputText[...]
        guard let begin = rest.firstRange(of: " begin\\n' \"$nonce\" || exit 1\n(\n") else { return [] }
        rest = rest[begin.upperBound...]
        while let end = rest.firstRange(of: "\n)\nsaid $? \(snippets.count)\n") {
            snippets.append(String(rest[..<end.lowerBound]))
            rest = rest[end.upperBound...]
            guard rest.hasPrefix("(\n") else { break }
            rest = rest.dropFirst(2)
        }
        return snippets
    }

    /// What a host prints that answers each snippet so.
    package func answers(_ answer: (String) -> String) -> [UInt8] {
        let lines = inputText.split(separator: "\n")
        let nonce = lines.first { $0.hasPrefix("nonce=") }?.dropFirst("nonce=".count) ?? ""
        let texts = snippets.map(answer).enumerated().map { "\($1)\n\(nonce) \($0) 0\n" }
        let errors = snippets.indices.map { "\n\(nonce) \($0)\n" }
        return Array(
            "\n\(nonce) begin\n\(texts.joined())\n\(nonce) errors\n\(errors.joined())\n\(nonce) end\n".utf8
        )
    }
}

extension ScriptedHost.Answer {
    /// Answers a question for facts one of whose snippets contains `part`: each snippet by what `answer` makes of it.
    package static func toFacts(_ part: String, _ answer: @escaping @Sendable (String) -> String) -> Self {
        Self("to facts with \(part)", when: { $0.snippets.contains { $0.contains(part) } }) { command, output in
            output.append(.standardOutput(command.answers(answer)))
            return .status(0)
        }
    }
}
