import RemoteHost

/// What stands at a path on a host, and as much of a file's content as is asked for.
package struct FileFact: SharedFact {
    package static let kind = "file"
    package typealias Value = FileState

    /// How much of a regular file is told.
    package enum Detail: Sendable, Hashable {
        /// Who owns it, and who may do what with it.
        case attributes
        /// The SHA-256 of its content as well.
        case checksum
        /// The content too.
        case content
    }

    /// The path; a link there is followed.
    package let path: ExactPath
    /// How much is told of a file.
    package let detail: Detail
    /// A content that need not travel where the file has it: both sides know it then.
    private let expected: [UInt8]?

    /// Makes a fact.
    package init(_ path: String, _ detail: Detail = .attributes) {
        self.path = ExactPath(path)
        self.detail = detail
        expected = nil
    }

    /// Makes a fact about a file's content, which may turn out to be another than is expected here.
    package init(_ path: String, expecting content: some Sequence<UInt8>) {
        self.path = ExactPath(path)
        detail = .content
        expected = Array(content)
    }

    // What is expected does not tell facts apart: the answer is the content in any case.
    package static func == (one: FileFact, other: FileFact) -> Bool {
        one.path == other.path && one.detail == other.detail
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(path)
        hasher.combine(detail)
    }

    /// One `stat` of what the paths lead to, one of the links that lead nowhere, one `sha256sum`; and an `od` for each file
    /// of which the content is another than what is known.
    package static func script(asking facts: [FileFact]) -> String {
        let questions = questions(facts)
        let paths = questions.map { shellQuoted($0.path.text) }.joined(separator: " ")
        let known = questions.enumerated().compactMap { index, question in
            question.wantsChecksum ? "known\(index + 1)=\(question.known)" : nil
        }
        return """
            set -- \(paths)
            \(known.joined(separator: " "))
            stat -L -c 'is|%F|%U|%G|%a|%n' -- "$@" 2>/dev/null
            links= files= place=0
            for path do
                place=$((place + 1))
                if [ -e "$path" ]; then :
                elif [ -L "$path" ]; then links="$links \\"\\${$place}\\""
                else printf 'absent|%s\\n' "$path"
                fi
                eval "known=\\${known$place-}"
                if [ -n "$known" ] && [ -f "$path" ]; then files="$files $place"; fi
            done
            [ -z "$links" ] || eval "stat -c 'is|%F|%U|%G|%a|%n' -- $links"
            [ -n "$files" ] || exit 0
            words=
            for place in $files; do words="$words \\"\\${$place}\\""; done
            eval "sha256sum -- $words" | for place in $files; do
                IFS= read -r line || break
                printf 'sum|%s\\n' "$line"
                line=${line#\\\\}
                eval "known=\\$known$place path=\\${$place}"
                case $known in
                any | "${line%% *}") ;;
                *) printf 'content|%s\\n' "$path"; od -An -v -tx1 <"$path" ;;
                esac
            done
            """
    }

    package var subject: String { path.text }

    package static func shown(_ state: FileState) -> ShownValue { state.shown }

    /// What is asked of one path by all facts together.
    private struct Question {
        var path: ExactPath
        var details: Set<Detail>
        var expected: [UInt8]?

        var wantsChecksum: Bool { details != [.attributes] }

        /// The checksum with which the content need not be told: `any` where it never is, `none` where it always is.
        var known: String {
            details.contains(.content) ? expected.map { checksum($0) } ?? "none" : "any"
        }
    }

    private static func questions(_ facts: [FileFact]) -> [Question] {
        var questions: [Question] = []
        var places: [ExactPath: Int] = [:]
        for fact in facts {
            let place = places[fact.path] ?? questions.count
            if place == questions.count {
                places[fact.path] = place
                questions.append(Question(path: fact.path, details: []))
            }
            questions[place].details.insert(fact.detail)
            if fact.detail == .content { questions[place].expected = fact.expected }
        }
        return questions
    }

    package static func values(
        of facts: [FileFact],
        in output: ProbeOutput
    ) -> [FileFact: Result<FileState, PlanError>] {
        var answer = Answer()
        for line in output.bytes.split(separator: UInt8(ascii: "\n")) { answer.read(line) }
        var values: [FileFact: Result<FileState, PlanError>] = [:]
        for fact in facts {
            values[fact] = Result { () throws(PlanError) in try answer.state(of: fact, reason: output.reason) }
        }
        return values
    }

    /// What was read so far.
    private struct Answer {
        private var states: [ExactPath: FileState] = [:]
        private var sums: [ExactPath: String] = [:]
        private var contents: [ExactPath: [UInt8]] = [:]
        /// The file whose content is read.
        private var path: ExactPath?

        mutating func read(_ line: ArraySlice<UInt8>) {
            if let rest = line.rest(behind: "is|") {
                path = nil
                readState(rest)
            } else if let rest = line.rest(behind: "absent|") {
                path = nil
                states[ExactPath(String(decoding: rest, as: UTF8.self))] = .absent
            } else if let rest = line.rest(behind: "sum|") {
                path = nil
                readSum(rest)
            } else if let rest = line.rest(behind: "content|") {
                path = ExactPath(String(decoding: rest, as: UTF8.self))
                if let path { contents[path] = [] }
            } else if let path {
                contents[path]?.append(contentsOf: line.split(separator: UInt8(ascii: " ")).compactMap(\.hexByte))
            }
        }

        private mutating func readState(_ line: ArraySlice<UInt8>) {
            let fields = line.split(separator: UInt8(ascii: "|"), maxSplits: 4, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == 5, let mode = Int(fields[3], radix: 8) else { return }
            let path = ExactPath(fields[4])
            let attributes = FileState.Attributes(owner: fields[1], group: fields[2], mode: mode)
            switch fields[0] {
            case "directory": states[path] = .directory(attributes)
            // GNU stat has a word of its own for an empty file.
            case "regular file", "regular empty file":
                states[path] = .file(attributes, checksum: nil, content: nil)
            default: states[path] = .other(fields[0])
            }
        }

        private mutating func readSum(_ line: ArraySlice<UInt8>) {
            // GNU sha256sum marks a line in which it has written a backslash as two.
            let isEscaped = line.first == UInt8(ascii: "\\")
            let text = String(decoding: isEscaped ? line.dropFirst() : line, as: UTF8.self)
            let (sum, name) = (text.prefix(64), String(text.dropFirst(66)))
            guard sum.utf8.count == 64, !name.isEmpty else { return }
            sums[ExactPath(isEscaped ? name.replacing(#"\\"#, with: #"\"#) : name)] = String(sum)
        }

        func state(of fact: FileFact, reason: String) throws(PlanError) -> FileState {
            guard let state = states[fact.path] else { throw PlanError("\(fact.path.text) cannot be read\(reason)") }
            guard case .file(let attributes, _, _) = state, fact.detail != .attributes else { return state }
            guard let sum = sums[fact.path] else { throw PlanError("\(fact.path.text) cannot be read\(reason)") }
            let expected = fact.expected.flatMap { Provisioning.checksum($0) == sum ? $0 : nil }
            let content = fact.detail == .content ? contents[fact.path] ?? expected : nil
            if fact.detail == .content, content == nil {
                throw PlanError("\(fact.path.text) cannot be read\(reason)")
            }
            return .file(attributes, checksum: sum, content: content)
        }
    }
}

extension ArraySlice<UInt8> {
    /// What follows a word at the beginning; nil where it does not begin so.
    fileprivate func rest(behind word: StaticString) -> ArraySlice<UInt8>? {
        word.withUTF8Buffer { word in
            starts(with: word) ? dropFirst(word.count) : nil
        }
    }

    /// The byte that two hexadecimal digits stand for.
    fileprivate var hexByte: UInt8? { UInt8(String(decoding: self, as: UTF8.self), radix: 16) }
}
