import Foundation
import Inventory
import Testing

@Suite("Example inventories")
struct ExampleInventoryTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../inventory")

    @Test(
        "An example makes a fleet without a warning",
        arguments: [
            ("small.ini", 3, "/srv/site"), ("ranges.ini", 100, "/srv/packages"),
            ("private-network.ini", 3, "/srv/site"),
        ]
    )
    func examples(name: String, slaves: Int, source: String) throws {
        let fleet = try load(name)
        #expect(fleet.slaves.count == slaves)
        #expect(fleet.source.text == source)
        #expect(fleet.warnings.isEmpty)
    }

    @Test("Every example is one of those above")
    func nothingForgotten() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: ExampleInventoryTests.folder.path)
        // The demo leaves its own inventory there.
        #expect(files.filter { $0 != "lab.ini" }.sorted() == ["private-network.ini", "ranges.ini", "small.ini"])
    }

    @Test("The values of the examples are those that they tell of")
    func values() throws {
        #expect(try load("small.ini").slaves.map(\.target.text) == ["/srv/site", "/srv/site", "/data/site"])
        let ranges = try load("ranges.ini")
        #expect(ranges.slaves.first?.name == "north01.example.net")
        #expect(ranges.slaves.first?.delay == .milliseconds(500))
        #expect(ranges.slaves.last?.name == "south50.example.net")
        #expect(ranges.slaves.last?.delay == .seconds(5))
        #expect(ranges.slaves.last?.syncPort == 2222)
        let slave = try #require(try load("private-network.ini").slaves.last)
        #expect(slave.host.address == "2001:db8::16")
        #expect(slave.syncAddress == "fd00:20::16")
        #expect(slave.host.variables["contact"] == "ops@example.net")
    }

    private func load(_ name: String) throws -> Fleet {
        let bytes = try Data(contentsOf: ExampleInventoryTests.folder.appending(path: name))
        let inventory = try Inventory(parsing: Array(bytes), file: "inventory/\(name)")
        return try Fleet(inventory, localUser: Fleet.LocalUser(name: "me", home: "/home/me"))
    }
}
