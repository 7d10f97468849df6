import BuiltInPlaybooks
import Foundation
import LockstepTestSupport
import SystemPackage
import Testing

/// The layer under plain Lua, where time and the ends of rsync come when a case says so.
@Suite("Layer", .timeLimit(.minutes(1)))
struct LayerTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/Layer")
    private static let cases = folder.appending(path: "cases.lua")

    /// What `cases.lua` calls its cases.
    private static let names: [String] = {
        let text = (try? String(contentsOf: cases, encoding: .utf8)) ?? ""
        return text.matches(of: /(?m)^cases\["([^"]+)"\]/).map { String($0.output.1) }
    }()

    @Test("The cases are found")
    func caseNames() {
        #expect(Self.names.count > 15)
    }

    @Test("Under each Lua that lsyncd is built with", arguments: names, ["lua5.1", "lua5.3", "lua5.4"])
    func underPlainLua(name: String, lua: String) async throws {
        try await TemporaryDirectory.with { directory in
            let run = directory.path.string
            for name in ["source", "state"] {
                try FileManager.default.createDirectory(atPath: "\(run)/\(name)", withIntermediateDirectories: false)
            }
            try directory.write(try #require(BuiltInPlaybooks.template(named: "layer.lua")), to: "layer.lua")
            let result = try await LocalProgram.run(lua, [Self.cases.path, directory["layer.lua"], run, name])
            #expect(result.status == 0, "\(result.error)")
        }
    }
}
