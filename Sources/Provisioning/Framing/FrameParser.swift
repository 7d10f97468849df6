/// Reads the frames of a `FramedScript`'s answer as its bytes arrive.
package struct FrameParser: Sendable {
    /// One snippet's answer.
    package struct Frame: Sendable, Hashable {
        /// The snippet's place in the script.
        package var index: Int
        /// What it printed and how it ended.
        package var output: ProbeOutput
    }

    /// How a script of changes stands with its host's lock.
    package enum Lock: Sendable, Hashable {
        /// Nothing was said of it.
        case unknown
        /// Another script holds it; the text says whose, and since when.
        case held(String)
        /// The script holds it.
        case taken
        /// There is none, for this reason.
        case missing(String)
    }

    /// Whether the script said that it came to its end.
    package private(set) var isComplete = false
    /// How the script stands with its host's lock.
    package private(set) var lock = Lock.unknown

    private let mark: [UInt8]
    private var buffer: [UInt8] = []

    /// Makes a parser for the frames with this nonce.
    package init(nonce: String) {
        mark = Array("\n\(nonce) ".utf8)
    }

    /// Takes more of the answer and returns the frames that are now whole.
    package mutating func consume(_ bytes: some Sequence<UInt8>) -> [Frame] {
        buffer.append(contentsOf: bytes)
        var frames: [Frame] = []
        var position = buffer.startIndex
        while !isComplete, let (frame, next) = nextFrame(from: position) {
            if let frame { frames.append(frame) } else { isComplete = true }
            position = next
        }
        buffer.removeFirst(position)
        return frames
    }

    /// The frame behind the next mark, none for the end mark, and the place behind it.
    private mutating func nextFrame(from start: Int) -> (Frame?, Int)? {
        guard let header = markEnd(from: start), let lineEnd = buffer[header...].firstIndex(of: UInt8(ascii: "\n"))
        else {
            return nil
        }
        let line = String(decoding: buffer[header..<lineEnd], as: UTF8.self)
        if note(lock: line) { return nextFrame(from: lineEnd + 1) }
        let words = line.split(separator: " ")
        if words == ["end"] { return (nil, lineEnd + 1) }
        guard words.count == 5, let index = Int(words[0]), let ending = ProbeOutput.Ending(rawValue: String(words[1])),
            let status = Int(words[2]), let length = Int(words[3]), let errorLength = Int(words[4]),
            length >= 0, errorLength >= 0
        else {
            // Not a header of ours, though it holds the nonce: a command echoed its own script.
            return nextFrame(from: header)
        }
        let bodyStart = lineEnd + 1
        let (errorStart, bodyEnd) = (bodyStart + length, bodyStart + length + errorLength)
        guard buffer.count >= bodyEnd else { return nil }
        let output = ProbeOutput(
            status: status,
            bytes: Array(buffer[bodyStart..<errorStart]),
            errorText: String(decoding: buffer[errorStart..<bodyEnd], as: UTF8.self),
            ending: ending
        )
        return (Frame(index: index, output: output), bodyEnd)
    }

    /// Takes a line in that tells of the lock; others are left alone.
    private mutating func note(lock line: String) -> Bool {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("locked", 1): lock = .taken
        case ("held", _): lock = .held(parts.count > 1 ? parts[1] : "somebody who has only just begun")
        case ("unlocked", 2): lock = .missing(parts[1])
        default: return false
        }
        return true
    }

    private func markEnd(from start: Int) -> Int? {
        guard buffer.count - start >= mark.count else { return nil }
        for candidate in start...(buffer.count - mark.count)
        where buffer[candidate] == mark[0] && buffer[candidate..<(candidate + mark.count)].elementsEqual(mark) {
            return candidate + mark.count
        }
        return nil
    }
}
