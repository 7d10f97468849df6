import Foundation
import Inventory
import LockstepTestSupport
import Testing

@Suite("Inventories as Ansible reads them")
struct AnsibleDifferentialTests {
    /// The seeds of what is made up: those that `LOCKSTEP_SEED` begins with, or 1; ten times as many in `make test-long`.
    private static func seeds(_ count: UInt64) -> Range<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["LOCKSTEP_SEED"].flatMap(UInt64.init) ?? 1
        return first..<(first + count * (environment["LOCKSTEP_LONG_TESTS"] == nil ? 1 : 10))
    }

    @Test("Hand-written inventories are read as Ansible reads them")
    func handWritten() async throws {
        let files = try Self.files(in: "ansible")
        #expect(files.count >= 60)
        for kind in AnsibleAnswerKind.allCases {
            let answers = try await Ansible.answers(to: files.map { kind.question(about: [$0.path]) })
            for (file, expected) in zip(files, answers) {
                let name = file.lastPathComponent
                if case .list = kind {
                    let isRefused = if case .refused = expected { true } else { false }
                    #expect(isRefused == name.hasPrefix("refused-"), "\(name) is not what its name says: \(expected)")
                }
                let difference = AnsibleComparison.difference(of: try kind.answer(about: [file.path]), from: expected)
                if let difference { Issue.record("\(name), \(kind): \(difference)") }
            }
        }
    }

    @Test("Generated inventories are read as Ansible reads them, and refused where it refuses them")
    func generated() async throws {
        let seeds = Self.seeds(200)
        let texts = seeds.map { GeneratedInventory(seed: $0).text }
        try await TemporaryDirectory.with { directory in
            for (seed, text) in zip(seeds, texts) { try directory.write(text, to: "\(seed).ini") }
            let questions = seeds.map { AnsibleAnswerKind.list.question(about: [directory["\($0).ini"]]) }
            let answers = try await Ansible.answers(to: questions)
            var refused = 0
            for ((seed, text), expected) in zip(zip(seeds, texts), answers) {
                if case .refused = expected { refused += 1 }
                let actual = try AnsibleAnswerKind.list.answer(about: [directory["\(seed).ini"]])
                let difference = AnsibleComparison.difference(of: actual, from: expected)
                if let difference { Issue.record("LOCKSTEP_SEED=\(seed): \(difference)\n\(text)") }
            }
            // Were nearly all of them one or the other, little would have been compared.
            #expect((seeds.count / 10...seeds.count / 2).contains(refused), "\(refused) of them are refused")
        }
    }

    @Test("Several files, directories, group_vars and host_vars count in Ansible's order")
    func trees() async throws {
        let trees = Self.seeds(20).map { (seed: $0, tree: GeneratedTree(seed: $0)) }
        try await TemporaryDirectory.with { directory in
            var questions: [Ansible.Question] = []
            for (seed, tree) in trees {
                try tree.write(into: directory["ansible-\(seed)"], asJSON: true)
                try tree.write(into: directory["\(seed)"], asJSON: false)
                questions.append(.init(sources: tree.sources.map { directory["ansible-\(seed)/\($0)"] }))
            }
            for ((seed, tree), expected) in zip(trees, try await Ansible.answers(to: questions)) {
                let actual = try AnsibleAnswerKind.list.answer(about: tree.sources.map { directory["\(seed)/\($0)"] })
                let difference = AnsibleComparison.difference(of: actual, from: expected)
                if let difference { Issue.record("LOCKSTEP_SEED=\(seed): \(difference)\n\(tree.description)") }
            }
        }
    }

    @Test("Where the two differ on purpose, they do differ, and the documentation says why")
    func differences() async throws {
        let files = try Self.files(in: "ansible/differs")
        let answers = try await Ansible.answers(to: files.map { AnsibleAnswerKind.list.question(about: [$0.path]) })
        for (file, expected) in zip(files, answers) {
            let actual = try AnsibleAnswerKind.list.answer(about: [file.path])
            let difference = AnsibleComparison.difference(of: actual, from: expected)
            #expect(difference != nil, "\(file.lastPathComponent) is read alike; does its row still hold?")
        }
        let names = files.map { "`" + $0.deletingPathExtension().lastPathComponent + "`" }
        #expect(try Self.documentedDifferences() == names.sorted())
    }

    @Test(
        "The driver says what the command says",
        arguments: ["vars-typed", "children-diamond", "utf-8", "refused-cycle"]
    )
    func driver(name: String) async throws {
        let file = Ansible.fixtures.appending(path: "ansible/\(name).ini").path
        let answer = try await Ansible.answers(to: [AnsibleAnswerKind.list.question(about: [file])])
        switch (answer.first, try await Ansible.inventory(["-i", file, "--list"])) {
        case (.refused?, .refused): return
        case (let answer, let command): #expect(answer == command)
        }
    }

    private static func files(in folder: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: Ansible.fixtures.appending(path: folder),
            includingPropertiesForKeys: nil
        )
        .filter { $0.pathExtension == "ini" }
        .sorted { $0.path < $1.path }
    }

    /// The names in the table of the documentation, each in a row's first column.
    private static func documentedDifferences() throws -> [String] {
        let page = Ansible.fixtures.appending(path: "../../../docs/inventory.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        let section = try #require(text.components(separatedBy: "\n## Where it differs from Ansible, and why\n").last)
        let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| `") }
        return rows.map { $0.split(separator: "|")[0].trimmingCharacters(in: .whitespaces) }.sorted()
    }
}
