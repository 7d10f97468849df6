import Foundation
import LockstepTestSupport
import Testing

@testable import Provisioning

@Suite("What stands at paths on a host", .timeLimit(.minutes(1)))
struct FileFactTests {
    /// What a shell with its tools answers; all of the facts in one question.
    private func answers(_ facts: [FileFact], _ userland: TestUserland, _ directory: TemporaryDirectory) async throws
        -> Facts
    {
        var set = FactSet()
        for fact in facts { set.insert(fact) }
        return try await userland.answers(set, in: directory)
    }

    @Test("A file, an empty one, a directory, links and what is not there", arguments: TestUserland.allCases)
    func kinds(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            try await runLocally("mkdir", [directory["d"]])
            try directory.write("text\n", to: "d/file")
            try directory.write("", to: "d/empty")
            try await runLocally("mkfifo", [directory["d/pipe"]])
            try await runLocally("ln", ["-s", "file", directory["d/link"]])
            try await runLocally("ln", ["-s", "nowhere", directory["d/dangling"]])
            try await runLocally("chmod", ["2750", directory["d"]])
            try await runLocally("chmod", ["640", directory["d/file"], directory["d/empty"]])
            let names = ["d", "d/file", "d/empty", "d/link", "d/dangling", "d/pipe", "d/none"]
            let facts = try await answers(names.map { FileFact(directory[$0], .checksum) }, userland, directory)
            let state = { (name: String) in try facts.value(of: FileFact(directory[name], .checksum)) }
            let (user, group) = (NSUserName(), try await LocalProgram.run("id", ["-gn"]).output.trimmedLine)
            let attributes = FileState.Attributes(owner: user, group: group, mode: 0o640)
            #expect(
                try state("d") == .directory(FileState.Attributes(owner: user, group: group, mode: 0o2750))
            )
            #expect(try state("d/file") == .file(attributes, checksum: checksum("text\n".utf8), content: nil))
            #expect(try state("d/link") == state("d/file"))
            #expect(try state("d/empty") == .file(attributes, checksum: checksum([]), content: nil))
            #expect(try state("d/dangling") == .other("symbolic link"))
            #expect(try state("d/pipe") == .other("fifo"))
            #expect(try state("d/none") == .absent)
        }
    }

    @Test("Content travels only where it is another than what is known", arguments: TestUserland.allCases)
    func contents(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("same\n", to: "same")
            try Data([0, 1, 0x0a, 0xff, 0, 0x0a]).write(to: URL(filePath: directory["other"]))
            try Data((0..<1000).map { UInt8($0 % 251) }).write(to: URL(filePath: directory["long"]))
            let questions = [
                FileFact(directory["same"], expecting: "same\n".utf8),
                FileFact(directory["other"], expecting: "same\n".utf8),
                FileFact(directory["long"], .content),
                FileFact(directory["none"], expecting: "same\n".utf8),
            ]
            let facts = try await answers(questions, userland, directory)
            let contents = try questions.map { question -> [UInt8]? in
                if case .file(_, _, let content) = try facts.value(of: question) { content } else { nil }
            }
            #expect(contents[0] == Array("same\n".utf8))
            #expect(contents[1] == [0, 1, 0x0a, 0xff, 0, 0x0a])
            #expect(contents[2] == (0..<1000).map { UInt8($0 % 251) })
            #expect(contents[3] == nil)
            // A task that is planned later may want another content than was expected.
            let later = FileFact(directory["same"], expecting: "another\n".utf8)
            #expect(try facts.value(of: later) == facts.value(of: questions[0]))
        }
    }

    @Test("What is expected does not travel")
    func expected() throws {
        let fact = FileFact("/etc/app.conf", expecting: "port = 80\n".utf8)
        let sum = checksum("port = 80\n".utf8)
        let known = ProbeOutput(text: "is|regular file|a|b|644|/etc/app.conf\nsum|\(sum)  /etc/app.conf\n")
        let attributes = FileState.Attributes(owner: "a", group: "b", mode: 0o644)
        #expect(
            try FileFact.values(of: [fact], in: known)[fact]?.get()
                == .file(attributes, checksum: sum, content: Array("port = 80\n".utf8))
        )
        let another = ProbeOutput(text: known.text.replacing(sum, with: String(repeating: "a", count: 64)))
        #expect(throws: PlanError("/etc/app.conf cannot be read")) {
            try FileFact.values(of: [fact], in: another)[fact]?.get()
        }
    }

    @Test("Names may hold anything but a newline", arguments: TestUserland.allCases)
    func names(userland: TestUserland) async throws {
        try await TemporaryDirectory.with { directory in
            let names = [
                #"a\b"#, "it's", "two  words ", "$(echo x)", "a|b|c", "-n", "caf\u{E9}", "cafe\u{301}", "*", "\\",
            ]
            try await runLocally("mkdir", [directory["d"]])
            for name in names { try directory.write(name, to: "d/\(name)") }
            let questions = names.map { FileFact(directory["d/\($0)"], .content) }
            #expect(Set(questions).count == names.count)
            let facts = try await answers(questions, userland, directory)
            for (name, question) in zip(names, questions) {
                guard case .file(_, checksum(name.utf8), Array(name.utf8)) = try facts.value(of: question) else {
                    Issue.record("\(name) is not what it was")
                    continue
                }
            }
        }
    }

    @Test("What cannot be read is a failure, and not what is absent; others have their answers")
    func unreadable() throws {
        let questions = ["/closed", "/open"].map { FileFact($0, .checksum) }
        let sum = String(repeating: "a", count: 64)
        let output = ProbeOutput(
            text: "is|regular file|a|b|0|/closed\nis|regular file|a|b|644|/open\nsum|\(sum)  /open\n",
            errorText: "sha256sum: /closed: Permission denied\n"
        )
        let values = FileFact.values(of: questions, in: output)
        #expect(throws: PlanError("/closed cannot be read: sha256sum: /closed: Permission denied")) {
            try values[questions[0]]?.get()
        }
        let attributes = FileState.Attributes(owner: "a", group: "b", mode: 0o644)
        #expect(try values[questions[1]]?.get() == .file(attributes, checksum: sum, content: nil))
    }

    @Test("A host without the tools has no answer")
    func withoutTools() throws {
        let facts = FactSet(FileFact("/srv/data"))
        let output = ProbeOutput(status: 127, text: "", errorText: "sh: 1: stat: not found\n")
        #expect(throws: PlanError("/srv/data cannot be read: sh: 1: stat: not found")) {
            try facts.facts(in: [0: output]).value(of: FileFact("/srv/data"))
        }
        #expect(throws: PlanError("the host did not answer for this task")) {
            try facts.facts(in: [:]).value(of: FileFact("/srv/data"))
        }
    }

    @Test("A hundred files cost as many processes as ten", arguments: [10, 100])
    func processes(count: Int) async throws {
        try await TemporaryDirectory.with { directory in
            try await runLocally("mkdir", [directory["d"]])
            var facts: [FileFact] = []
            for number in 0..<count {
                try directory.write("\(number)", to: "d/\(number)")
                facts.append(FileFact(directory["d/\(number)"], expecting: "\(number)".utf8))
            }
            let script = FileFact.script(asking: facts)
            try directory.write(script, to: "script")
            let trace = try await LocalProgram.run(
                "sh",
                [
                    "-c",
                    "cd \"$1\"; mkdir bin; for tool in stat sha256sum od; do printf '#!/bin/sh\\necho %s >>%s/log\\nexec /usr/bin/%s \"$@\"\\n' "
                        + "$tool \"$1\" $tool >bin/$tool; chmod 755 bin/$tool; done; PATH=$PWD/bin:$PATH sh script | wc -l; sort log",
                    "sh", directory["."],
                ]
            )
            #expect(trace.output.split(separator: "\n").map(String.init) == ["\(2 * count)", "sha256sum", "stat"])
        }
    }
}

extension String {
    fileprivate var trimmedLine: String { String(prefix { $0 != "\n" }) }
}
