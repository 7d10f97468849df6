import Foundation
import LockstepTestSupport
import SystemPackage
import Testing

@Suite("The example inventories and the program", .timeLimit(.minutes(3)))
struct ExampleProgramTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../inventory"
    )

    /// The files of the folder; the demo leaves its own inventory there.
    private static let examples: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".ini") && $0 != "lab.ini" }.sorted()
    }()

    @Test("There are the examples that people look for")
    func names() {
        let wanted = ["bastion.ini", "first-contact.ini", "ranges.ini", "several-directories.ini", "small.ini"]
        #expect(Set(wanted).isSubset(of: Self.examples))
    }

    @Test("An example is linted without a finding", arguments: examples)
    func lint(name: String) async throws {
        try await Self.with(name) { fleet in
            let result = try await fleet.lockstep("lint")
            #expect(result.output == "0 errors, 0 warnings\n")
            #expect(result.status == 0)
        }
    }

    @Test("An example is rendered, and lsyncd's settings for each copy are among its files", arguments: examples)
    func render(name: String) async throws {
        try await Self.with(name) { fleet in
            let result = try await fleet.lockstep("render", "--out", "tree")
            #expect(result.status == 0)
            #expect(result.error.hasSuffix("made on the hosts\n"))
            let written = result.output.split(separator: "\n")
            #expect(written.contains { $0.hasSuffix("/etc/lockstep/known_hosts.incomplete") })
            let settings = written.filter { $0.hasSuffix(".lua") }.map(String.init)
            let checked = try await fleet.shell("exec luac5.3 -p \"$@\"", settings)
            #expect(checked.status == 0, "\(checked.error)")
            #expect(written.contains { $0.contains("/etc/lockstep/lsyncd/") })
        }
    }

    @Test("Every host of an example is explained", arguments: ["small.ini", "bastion.ini", "several-directories.ini"])
    func explain(name: String) async throws {
        try await Self.with(name) { fleet in
            let listed = try await fleet.lockstep("inventory", "--list")
            let list = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [String: Any]
            let hosts = ["master", "slaves", "gates"].flatMap { group in
                (list?[group] as? [String: Any])?["hosts"] as? [String] ?? []
            }
            #expect(hosts.count >= 3)
            for host in hosts {
                let result = try await fleet.lockstep("explain", host)
                #expect(result.status == 0)
                #expect(result.output.hasPrefix("\(host): "))
            }
        }
    }

    private static func with(_ name: String, _ body: (WrittenFleet) async throws -> Void) async throws {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        try await WrittenFleet.with(["lockstep.ini": text], body)
    }
}
