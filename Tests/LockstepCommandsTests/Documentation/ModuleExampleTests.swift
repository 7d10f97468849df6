import Foundation
import LockstepTestSupport
import Lsyncd
import Playbooks
import Provisioning
import Testing

@testable import LockstepCommands

@Suite("The examples of modules", .timeLimit(.minutes(2)))
struct ModuleExampleTests {
    private static func example(of keyword: String) throws -> (module: any Module.Type, task: PlaybookTask) {
        let module = try #require(ModuleRegistry.all[keyword])
        let playbook = try Playbook(parsing: module.example, file: "\(keyword).ini", modules: .all)
        return (module, try #require(playbook.tasks.last, "\(keyword) has no example"))
    }

    @Test("Every module has a playbook as its example, the last task of which is its own")
    func everyModule() throws {
        for keyword in ModuleRegistry.all.keywords {
            #expect(try Self.example(of: keyword).task.module.keyword == keyword)
        }
    }

    @Test("The example of a module is the file named after its keyword, and there are no other files")
    func files() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources")
        for (target, modules) in [("Provisioning", ModuleRegistry.general), ("Lsyncd", ModuleRegistry.replication)] {
            let folder = sources.appending(path: "\(target)/Examples")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(files.sorted() == modules.map { "\($0.keyword).ini" }.sorted())
            for module in modules {
                let file = folder.appending(path: "\(module.keyword).ini")
                #expect(try module.example == String(contentsOf: file, encoding: .utf8))
            }
        }
    }

    @Test("Every variable of an example is there, and every module takes its arguments")
    func lint() async throws {
        let inventory = "[master]\nhub source=/srv/site\n[slaves]\nedge[1:2] target=/srv/site\n"
        let keywords = ModuleRegistry.all.keywords
        let examples = keywords.compactMap { ModuleRegistry.all[$0] }.map { ("\($0.keyword).ini", $0.example) }
        let files = Dictionary(uniqueKeysWithValues: examples + [("lockstep.ini", inventory)])
        try await WrittenFleet.with(files) { fleet in
            let names = keywords.map { "\($0).ini" }
            let result = try await fleet.shell("exec \"$lockstep\" lint \"$@\"", names)
            #expect(result.output == "0 errors, 0 warnings\n")
            #expect(result.status == 0)
        }
    }

    @Test(
        "An example makes true what it says, and a second look finds nothing to do",
        arguments: ["directory", "identity", "known-hosts", "ssh-key", "template"]
    )
    func conformance(keyword: String) async throws {
        let known = ["name": "hub", "item.name": "edge1", "item.host_keys": "ssh-ed25519 AAAAC3Nz"]
        try await TemporaryDirectory.with { directory in
            let (module, task) = try Self.example(of: keyword)
            var values = try task.arguments.mapValues { argument in
                try argument.pieces.map { piece in
                    switch piece {
                    case .text(let text): text
                    case .reference(let reference): try #require(known[reference.description])
                    }
                }.joined()
            }
            // It is tried by anybody, at a place of the test's own.
            values["owner"] = nil
            for key in ["dest", "path"] { values[key] = values[key].map { directory[String($0.dropFirst())] } }
            let path = try #require(values["path"] ?? values["dest"])
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let kit = ModuleConformance(on: LocalShellHost())
            try await kit.expectChangeThenOk(module, values, template: "exit 0\n")
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }
}
