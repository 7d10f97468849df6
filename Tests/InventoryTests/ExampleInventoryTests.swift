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
            ("private-network.ini", 3, "/srv/site"), ("bastion.ini", 2, "/srv/site"),
            ("first-contact.ini", 2, "/srv/site"),
        ]
    )
    func examples(name: String, slaves: Int, source: String) throws {
        let fleet = try load(name)
        #expect(fleet.slaves.count == slaves)
        #expect(fleet.syncs.map(\.source.text) == [source])
        #expect(fleet.warnings.isEmpty)
    }

    @Test("Every example is one of those above")
    func nothingForgotten() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: ExampleInventoryTests.folder.path)
        // The demo leaves its own inventory there.
        let known = [
            "bastion.ini", "first-contact.ini", "private-network.ini", "ranges.ini", "several-directories.ini",
            "small.ini",
        ]
        #expect(files.filter { $0 != "lab.ini" }.sorted() == known)
    }

    @Test("The values of the examples are those that they tell of")
    func values() throws {
        #expect(try load("small.ini").syncs[0].mirrors.map(\.target.text) == ["/srv/site", "/srv/site", "/data/site"])
        let ranges = try load("ranges.ini")
        #expect(ranges.slaves.first?.name == "north01.example.net")
        #expect(ranges.syncs[0].mirrors.first?.delay == .milliseconds(500))
        #expect(ranges.slaves.last?.name == "south50.example.net")
        #expect(ranges.syncs[0].mirrors.last?.delay == .seconds(5))
        #expect(ranges.slaves.last?.syncPort == 2222)
        let slave = try #require(try load("private-network.ini").slaves.last)
        #expect(slave.host.address == "2001:db8::16")
        #expect(slave.syncAddress == "fd00:20::16")
        #expect(slave.host.variables["contact"] == "ops@example.net")
    }

    @Test("Several directories, each to its slaves")
    func severalDirectories() throws {
        let fleet = try load("several-directories.ini")
        #expect(fleet.warnings.isEmpty)
        #expect(
            fleet.syncs.map { $0.mirrors.map(\.name) } == [
                ["site@edge1", "site@edge2"], ["packages@edge1", "packages@edge2", "packages@archive"],
                ["logs@archive"],
            ]
        )
        #expect(fleet.syncs[0].mirrors[0].settings["exclude"] == "*.tmp\n/drafts/*")
        #expect(fleet.syncs[2].mirrors[0].settings["exclude"] == "*.gz\n/debug/")
        #expect(fleet.syncs[1].mirrors[0].settings["bandwidth_limit"] == "2097152")
    }

    private func load(_ name: String) throws -> Fleet {
        let bytes = try Data(contentsOf: ExampleInventoryTests.folder.appending(path: name))
        let inventory = try Inventory(parsing: Array(bytes), file: "inventory/\(name)")
        return try Fleet(inventory, localUser: Fleet.LocalUser(name: "me", home: "/home/me"))
    }
}
