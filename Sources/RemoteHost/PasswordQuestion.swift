/// How a program asks for a password.
protocol PasswordQuestion {
    /// Finds the question: whose password is asked for, and how many bytes of the text it ends.
    func find(in text: [UInt8]) -> (user: String, end: Int)?
}

/// sudo's question, in the words that it was given with -p.
struct SudoQuestion: PasswordQuestion {
    private let opening: [UInt8]

    /// The question of the command with this line.
    init(_ line: ShellLine) {
        opening = Array(line.question.utf8)
    }

    func find(in text: [UInt8]) -> (user: String, end: Int)? {
        guard let start = text.firstRange(of: opening)?.upperBound,
            let end = text[start...].firstRange(of: Array("] ".utf8))
        else { return nil }
        return (String(decoding: text[start..<end.lowerBound], as: UTF8.self), end.upperBound)
    }
}

/// doas's question, which nobody can choose: "doas (alice@web1) password: ".
struct DoasQuestion: PasswordQuestion {
    func find(in text: [UInt8]) -> (user: String, end: Int)? {
        let ending = Array(") password: ".utf8)
        // It waits for the answer: what goes on behind it was no question.
        guard text.suffix(ending.count).elementsEqual(ending),
            let start = text.firstRange(of: Array("doas (".utf8))?.upperBound
        else { return nil }
        let account = String(decoding: text[start..<(text.count - ending.count)], as: UTF8.self)
        return (account.split(separator: "@").first.map(String.init) ?? account, text.count)
    }
}
