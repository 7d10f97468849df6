import Foundation
import LockstepTestSupport
import SystemPackage
import Testing

@testable import LockstepCommands

@Suite("The file of an inventory")
struct InventoryDestinationTests {
    @Test("A new file is readable by all, and nothing else is left in the folder")
    func create() async throws {
        try await TemporaryDirectory.with { directory in
            try destination(directory, "lockstep.ini").create(Array("[master]\n".utf8))
            #expect(try directory.text("lockstep.ini") == "[master]\n")
            #expect(try mode(directory, "lockstep.ini") == 0o644)
            #expect(try names(directory) == ["lockstep.ini"])
        }
    }

    @Test("A file that is there is never lost to a new one, not even one that came a moment ago")
    func noClobber() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("mine\n", to: "lockstep.ini")
            #expect(throws: InventoryDestination.Failure.refused(.fileExists)) {
                try destination(directory, "lockstep.ini").create(Array("yours\n".utf8))
            }
            #expect(try directory.text("lockstep.ini") == "mine\n")
            #expect(try names(directory) == ["lockstep.ini"])
        }
    }

    @Test("Of many who make the same file at the same time, one succeeds, and it is whole")
    func race() async throws {
        try await TemporaryDirectory.with { (directory) async throws -> Void in
            let texts = (0..<50).map { String(repeating: "\($0)\n", count: 2000) }
            let written = await withTaskGroup(of: String?.self) { group in
                for text in texts {
                    group.addTask {
                        let isWritten = (try? destination(directory, "lockstep.ini").create(Array(text.utf8))) != nil
                        return isWritten ? text : nil
                    }
                }
                return await group.reduce(into: [String]()) { $0 += [$1].compactMap(\.self) }
            }
            #expect(written.count == 1)
            #expect(try directory.text("lockstep.ini") == written.first)
            #expect(try names(directory) == ["lockstep.ini"])
        }
    }

    @Test("A file that is replaced keeps its mode and owner, and a link to it stays a link")
    func replace() async throws {
        try await TemporaryDirectory.with { directory in
            let file = try directory.write("before\n", to: "real.ini").string
            // Only root can give a file away.
            if geteuid() == 0 { #expect(chown(file, 1234, 2345) == 0) }
            #expect(chmod(file, 0o640) == 0)
            try FileManager.default.createSymbolicLink(
                atPath: directory["lockstep.ini"],
                withDestinationPath: "real.ini"
            )
            let link = destination(directory, "lockstep.ini")
            #expect(link.occupant == .file)
            try link.replace(Array("after\n".utf8), expecting: Array("before\n".utf8))
            #expect(try directory.text("real.ini") == "after\n")
            #expect(try mode(directory, "real.ini") == 0o640)
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            if geteuid() == 0 {
                #expect(attributes[.ownerAccountID] as? Int == 1234)
                #expect(attributes[.groupOwnerAccountID] as? Int == 2345)
            }
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory["lockstep.ini"]) == "real.ini")
            #expect(try names(directory) == ["lockstep.ini", "real.ini"])
        }
    }

    @Test("A file that has changed since it was read is not replaced")
    func changedMeanwhile() async throws {
        try await TemporaryDirectory.with { directory in
            try directory.write("theirs\n", to: "lockstep.ini")
            #expect(throws: InventoryDestination.Failure.changedMeanwhile) {
                try destination(directory, "lockstep.ini").replace(Array("x".utf8), expecting: Array("before\n".utf8))
            }
            #expect(try directory.text("lockstep.ini") == "theirs\n")
            #expect(try names(directory) == ["lockstep.ini"])
        }
    }

    @Test("What is no file is told from what is one")
    func occupants() async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createSymbolicLink(atPath: directory["dangling"], withDestinationPath: "nowhere")
            #expect(destination(directory, "lockstep.ini").occupant == .nothing)
            #expect(destination(directory, "dangling").occupant == .other)
            #expect(InventoryDestination(path: directory.path).occupant == .other)
            #expect(InventoryDestination(path: "/dev/null").occupant == .other)
            #expect(throws: InventoryDestination.Failure.refused(.noSuchFileOrDirectory)) {
                try destination(directory, "no/folder.ini").create([])
            }
        }
    }

    private func destination(_ directory: TemporaryDirectory, _ name: String) -> InventoryDestination {
        InventoryDestination(path: FilePath(directory[name]))
    }

    private func mode(_ directory: TemporaryDirectory, _ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: directory[name])[.posixPermissions] as? Int
    }

    private func names(_ directory: TemporaryDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path.string).sorted()
    }
}
