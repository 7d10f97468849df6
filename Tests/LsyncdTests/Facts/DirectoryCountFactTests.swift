import Foundation
import LockstepTestSupport
import Provisioning
import RemoteHost
import Testing

@testable import Lsyncd

@Suite("How many directories there are", .timeLimit(.minutes(1)))
struct DirectoryCountFactTests {
    @Test("They are counted whatever their names and whichever tools a host has", arguments: [false, true])
    func counted(isBusyBox: Bool) async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory["bin"], withIntermediateDirectories: true)
            let made = try await LocalProgram.shell(
                "cd \"$1\" && mkdir -p \"it's/a/b\" 'it'\\''s/two\nlines' && echo file >it\\'s/file && ln -s it\\'s link",
                directory["."]
            )
            #expect(made.status == 0, "\(made.error)")
            if isBusyBox { try await runLocally("busybox", ["--install", "-s", directory["bin"]]) }
            let host = LocalShellHost(searchPath: "\(directory["bin"]):/usr/bin:/bin")
            func count(_ name: String) async throws -> Int {
                let fact = DirectoryCountFact(directory[name])
                let result = try await host.run(.script(fact.script, deadline: .seconds(30)))
                return try fact.value(in: ProbeOutput(bytes: result.standardOutput))
            }
            #expect(try await count("it's") == 4)
            #expect(try await count("link") == 4)
            await #expect(throws: PlanError.self) { try await count("nothing") }
        }
    }
}
