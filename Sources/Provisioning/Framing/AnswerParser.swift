/// Reads the answers to a `LookScript` as their bytes arrive.
struct AnswerParser: Sendable {
    /// Whether the script said that its first snippet is next.
    private(set) var hasBegun = false

    private let nonce: String
    private let count: Int
    private var ended: [ProbeOutput] = []
    private var errors: [UInt8]?
    private var isComplete = false
    private var buffer: [UInt8] = []
    /// No mark begins before this place of the buffer.
    private var searched = 0

    /// Makes a parser for the answers to a script.
    init(of script: LookScript) {
        (nonce, count) = (script.nonce, script.count)
    }

    /// Takes more of the answer in, and returns the places of the snippets that have come to their end by that.
    mutating func consume(_ bytes: some Sequence<UInt8>) -> [Int] {
        buffer.append(contentsOf: bytes)
        let first = ended.count
        while !isComplete, let (words, before) = nextMark() { take(words, before) }
        return Array(first..<ended.count)
    }

    /// What the snippets printed and how they ended, by their places; nil where the script did not come to its end.
    var answers: [Int: ProbeOutput]? {
        guard isComplete, ended.count == count, var rest = errors?[...] else { return nil }
        var answers = Dictionary(uniqueKeysWithValues: ended.enumerated().map { ($0.offset, $0.element) })
        for place in 0..<count {
            guard let mark = rest.range(of: Array("\n\(nonce) \(place)\n".utf8)) else { continue }
            answers[place]?.errorText = String(decoding: rest[..<mark.lowerBound].suffix(4096), as: UTF8.self)
            rest = rest[mark.upperBound...]
        }
        return answers
    }

    private mutating func take(_ words: [Substring], _ before: [UInt8]) {
        switch words.first {
        case "begin": hasBegun = true
        case "errors": errors = []
        case "end":
            errors = before
            isComplete = true
        default: ended.append(ProbeOutput(status: words.count > 1 ? Int(words[1]) ?? -1 : -1, bytes: before))
        }
    }

    /// The next line that is the mark that has to come, in words, and what stands before it.
    private mutating func nextMark() -> (words: [Substring], before: [UInt8])? {
        let sign = Array("\n\(nonce) ".utf8)
        while let found = buffer[searched...].range(of: sign) {
            guard let end = buffer[found.upperBound...].firstIndex(of: UInt8(ascii: "\n")) else {
                searched = found.lowerBound
                return nil
            }
            let words = String(decoding: buffer[found.upperBound..<end], as: UTF8.self).split(separator: " ")
            if isNext(words) {
                let before = Array(buffer[..<found.lowerBound])
                buffer.removeFirst(end + 1)
                searched = 0
                return (words, before)
            }
            searched = found.upperBound
        }
        searched = max(searched, buffer.count - sign.count)
        return nil
    }

    private func isNext(_ words: [Substring]) -> Bool {
        if !hasBegun { return words == ["begin"] }
        if ended.count < count {
            return words.count == 2 && words[0] == String(ended.count) && Int(words[1]) != nil
        }
        return words == (errors == nil ? ["errors"] : ["end"])
    }
}

extension ArraySlice<UInt8> {
    /// Where some bytes stand first.
    fileprivate func range(of sought: [UInt8]) -> Range<Int>? {
        guard count >= sought.count else { return nil }
        var place = startIndex
        while let first = self[place...].firstIndex(of: sought[0]), first + sought.count <= endIndex {
            if self[first..<(first + sought.count)].elementsEqual(sought) { return first..<(first + sought.count) }
            place = first + 1
        }
        return nil
    }
}
