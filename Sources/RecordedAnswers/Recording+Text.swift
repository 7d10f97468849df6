import Provisioning
import RemoteHost

/// The text of a recording's file.
///
/// `=== STATE` begins a host; `--- answer N` what the kind's snippet of that number printed, `--- errors N` what came by
/// its standard error, `--- status N` how it ended where not with 0; `--- value` what is to be read in the answers.
extension Recording {
    /// A text that is no recording.
    package struct Malformed: Error, CustomStringConvertible {
        /// The line that makes no sense.
        package var line: String

        package var description: String { "this line makes no sense in a recording: \(line)" }
    }

    /// Reads a file's text.
    package init(parsing text: String) throws(Malformed) {
        var state: RecordedHost.State?
        var sections: [Section] = []
        for line in text.splitAtLineFeeds(keepingEmpty: true).dropLast() {
            if line.hasPrefix("=== ") {
                if let state { parts[state] = try Part(sections) }
                sections = []
                state = RecordedHost.State(rawValue: String(line.dropFirst(4)))
                guard state != nil else { throw Malformed(line: String(line)) }
            } else if line.hasPrefix("--- ") {
                sections.append(Section(title: String(line.dropFirst(4)), text: ""))
            } else {
                guard !sections.isEmpty else { throw Malformed(line: String(line)) }
                sections[sections.count - 1].text += line + "\n"
            }
        }
        if let state { parts[state] = try Part(sections) }
    }

    /// The file's text.
    package var text: String {
        var text = ""
        for state in RecordedHost.State.allCases {
            guard let part = parts[state] else { continue }
            text += "=== \(state.rawValue)\n" + part.sections.map { "--- \($0.title)\n\($0.text)" }.joined()
        }
        return text
    }

    /// A title, and the lines below it.
    fileprivate struct Section {
        /// Says that the text's last line feed is not part of what was printed.
        private static let openEnd = ", without a last line feed"
        /// Says that `\xFF` in the text is a byte, and `\\` a backslash.
        private static let escaped = ", escaped"

        var title: String
        var text: String

        init(title: String, text: String) {
            (self.title, self.text) = (title, text)
        }

        /// What was printed; bytes that a text does not show are escaped.
        init(title: String, bytes: [UInt8]) {
            (self.title, text) = (title, String(decoding: bytes, as: UTF8.self))
            let isText =
                bytes.elementsEqual(text.utf8) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 || $0 == 10 }
            if !isText {
                self.title += Self.escaped
                text = bytes.map(Self.escape).joined()
            }
            if let last = bytes.last, last != UInt8(ascii: "\n") {
                self.title += Self.openEnd
                text += "\n"
            }
        }

        /// The first two words of the title.
        var words: [Substring] { title.prefix { $0 != "," }.split(separator: " ") }

        /// What was printed.
        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            let isEscaped = title.contains(Self.escaped)
            var rest = Array(text.utf8)[...]
            while let byte = rest.popFirst() {
                guard isEscaped, byte == UInt8(ascii: "\\"), let sign = rest.popFirst() else {
                    bytes.append(byte)
                    continue
                }
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                if sign == UInt8(ascii: "x"), let byte = UInt8(digits, radix: 16) {
                    bytes.append(byte)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(sign)
                }
            }
            return title.hasSuffix(Self.openEnd) ? bytes.dropLast() : bytes
        }

        private static func escape(_ byte: UInt8) -> String {
            switch byte {
            case UInt8(ascii: "\\"): "\\\\"
            case UInt8(ascii: "\n"), UInt8(ascii: "\t"), 0x20..<0x7F: String(UnicodeScalar(byte))
            default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
    }
}

extension Recording.Part {
    fileprivate init(_ sections: [Recording.Section]) throws(Recording.Malformed) {
        self.init(answers: [])
        for section in sections {
            let last = answers.count - 1
            let number = section.words.count == 2 ? Int(section.words[1]) : nil
            switch section.words.first {
            case "value": value = section.text
            case "answer" where number == answers.count + 1: answers.append(ProbeOutput(bytes: section.bytes))
            case "errors" where number == answers.count && last >= 0:
                answers[last].errorText = String(decoding: section.bytes, as: UTF8.self)
            case "status" where number == answers.count && last >= 0:
                guard let status = Int(section.text.dropLast()) else { fallthrough }
                answers[last].status = status
            default: throw Recording.Malformed(line: "--- \(section.title)")
            }
        }
    }

    fileprivate var sections: [Recording.Section] {
        var sections: [Recording.Section] = []
        for (place, answer) in answers.enumerated() {
            sections.append(Recording.Section(title: "answer \(place + 1)", bytes: answer.bytes))
            if !answer.errorText.isEmpty {
                sections.append(Recording.Section(title: "errors \(place + 1)", bytes: Array(answer.errorText.utf8)))
            }
            if answer.status != 0 {
                sections.append(Recording.Section(title: "status \(place + 1)", text: "\(answer.status)\n"))
            }
        }
        return sections + [value.map { Recording.Section(title: "value", text: $0) }].compactMap(\.self)
    }
}
