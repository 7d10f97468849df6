import Foundation
import LockstepTestSupport
import Testing

/// The real `ansible-inventory`, which `make deps` puts below `.build`.
enum Ansible {
    /// What is asked about inventories.
    struct Question: Encodable {
        /// The files and directories that `-i` names.
        var sources: [String]
        /// The host whose variables are wanted, as `--host` gives them.
        var host: String?
        /// Whether the tree is wanted, as `--graph` gives it.
        var graph: Bool?
        /// The pattern whose hosts are wanted, one a line.
        var hosts: String?
    }

    /// What Ansible says.
    enum Answer: Equatable {
        /// What it prints.
        case text(String)
        /// Why it ends with an error.
        case refused(String)
    }

    /// What no run can do without.
    struct Missing: Error, CustomStringConvertible {
        var description: String { "there is no .build/test-peers/bin/ansible-inventory; 'make deps' puts it there" }
    }

    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures")
        .standardized

    /// The answers to many questions, in their order; two processes share the work.
    static func answers(to questions: [Question]) async throws -> [Answer] {
        // A process takes half a second to start.
        if questions.count < 400 { return try await ask(questions) }
        let middle = questions.count / 2
        async let first = ask(Array(questions[..<middle]))
        async let second = ask(Array(questions[middle...]))
        return try await first + second
    }

    /// What the command itself prints.
    static func inventory(_ arguments: [String]) async throws -> Answer {
        let environment = ["ANSIBLE_CONFIG": fixtures.appending(path: "ansible.cfg").path]
        let result = try await LocalProgram.run(try program("ansible-inventory"), arguments, environment: environment)
        return result.status == 0 ? .text(withoutProfile(result.output)) : .refused(result.error)
    }

    private struct Reply: Decodable {
        var answer: String?
        var refused: String?
    }

    private static func ask(_ questions: [Question]) async throws -> [Answer] {
        let python = try program("python")
        let driver = fixtures.appending(path: "answer-as-ansible.py").path
        var answers: [Answer] = []
        // No more at a time than what a test may collect of a program's output.
        for start in stride(from: 0, to: questions.count, by: 500) {
            let part = questions[start..<min(start + 500, questions.count)]
            let input = try part.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }.joined()
            let result = try await LocalProgram.run(python, [driver], input: input)
            let replies = result.bytes.split(separator: UInt8(ascii: "\n"))
            try #require(replies.count == part.count, "\(result.error)")
            for line in replies {
                let reply = try JSONDecoder().decode(Reply.self, from: Data(line))
                answers.append(reply.answer.map { .text(withoutProfile($0)) } ?? .refused(reply.refused ?? ""))
            }
        }
        return answers
    }

    /// The text without what newer Ansibles tell of their own encoding.
    private static func withoutProfile(_ text: String) -> String {
        text.replacingOccurrences(of: ",\n        \"profile\": \"inventory_legacy\"", with: "")
    }

    private static func program(_ name: String) throws -> String {
        let path = FileManager.default.currentDirectoryPath + "/.build/test-peers/bin/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing() }
        return path
    }
}
