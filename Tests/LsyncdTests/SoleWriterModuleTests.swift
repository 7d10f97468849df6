import Provisioning
import Testing

@testable import Lsyncd

@Suite("One writer for a directory of a slave")
struct SoleWriterModuleTests {
    private func other(
        _ name: String,
        _ relation: OtherCopy.Relation,
        at address: String = "192.0.2.9",
        host: String? = nil,
        target: String = "/srv/site",
        keys: [String] = []
    ) -> String {
        let place = CopyPlace(host: host ?? name, address: address, port: "22", user: "root", target: target)
        let copy = KeptCopy(name: name, keeper: name, source: "/srv/other", place: place, keys: keys)
        return OtherCopy(copy, relation).line
    }

    private static let keys = "ssh-rsa AAAArsa root@web1\nssh-ed25519 AAAAed root@web1"

    private func plan(
        _ others: [String],
        copies: String = "web1 web1 /srv/site",
        keys: String = keys
    ) throws -> TaskPlan {
        try SoleWriterModule(
            ModuleArguments([
                "host": .known("web1"), "keys": .known(keys),
                "address": .known("192.0.2.1"), "port": .known("22"), "copies": .known(copies),
                "others": .known(others.joined(separator: "\n")),
            ])
        ).plan(from: Facts(), in: PlanContext())
    }

    private func refusal(_ others: String..., copies: String = "web1 web1 /srv/site") -> PlanError? {
        do {
            _ = try plan(others, copies: copies)
            return nil
        } catch {
            return error as? PlanError
        }
    }

    @Test("Other machines and other directories are nobody's business")
    func apart() throws {
        #expect(try plan([]) == .ok())
        let others = [
            other("a", .foreign), other("b", .foreign, at: "192.0.2.1", target: "/srv/site2"),
            other("c", .foreign, target: "/srv/other", keys: ["AAAAed"]), other("d", .own, keys: ["AAAAother"]),
        ]
        #expect(try plan(others) == .ok())
    }

    @Test("The same machine at another address is known by its host keys, and its old self is named")
    func renamed() throws {
        #expect(try plan([other("edge1", .own, keys: ["AAAAold", "AAAAed"])]) == .ok(output: "web1 edge1"))
    }

    @Test("Another fleet's directory that overlaps is refused, with both copies, their targets and what to do")
    func foreign() throws {
        for target in ["/srv/site", "/srv/site/docs", "/srv"] {
            let byAddress = refusal(other("edge1", .foreign, at: "192.0.2.1", target: target))
            #expect(byAddress?.isRefusal == true)
            let error = try #require(refusal(other("edge1", .foreign, target: target, keys: ["AAAAed"])))
            #expect(error.isRefusal)
            for word in ["web1", "/srv/site", "edge1", "\(target) on edge1 (192.0.2.9)", "/srv/other"] {
                #expect(error.message.contains(word), "\(word)")
            }
            #expect(error.hint?.contains("another target") == true)
        }
    }

    @Test("A copy of the same name that is another fleet's is refused, wherever it is")
    func sameName() throws {
        let error = try #require(refusal(other("web1", .foreign, target: "/srv/docs")))
        #expect(error.isRefusal)
        #expect(error.hint?.contains("[sync:NAME]") == true)
    }

    @Test("Another machine of the slave's name is refused, with both copies and what to do")
    func sameHost() throws {
        for relation in [OtherCopy.Relation.foreign, .own, .shared] {
            let docs = other("docs@web1", relation, host: "web1", target: "/srv/docs", keys: ["AAAAother"])
            let error = try #require(refusal(docs))
            #expect(error.isRefusal)
            for word in ["web1, to /srv/site on web1 (192.0.2.1", "docs@web1", "/srv/docs on web1 (192.0.2.9"] {
                #expect(error.message.contains(word), "\(word)")
            }
            #expect(error.hint?.contains("another name in one of the inventories") == true)
            #expect(error.hint?.contains("--prune") == (relation != .foreign))
        }
    }

    @Test("The slave that was reinstalled, moved, or never seen is no other machine, nor is that of a copy that ends")
    func sameMachine() throws {
        let others = [
            other("a@web1", .foreign, at: "192.0.2.1", host: "web1", target: "/srv/a", keys: ["AAAAother"]),
            other("b@web1", .foreign, host: "web1", target: "/srv/b", keys: ["AAAAold", "AAAAed"]),
            other("c@web1", .foreign, host: "web1", target: "/srv/c"),
            other("d@web1", .pruned, host: "web1", target: "/srv/d", keys: ["AAAAother"]),
        ]
        #expect(try plan(others) == .ok())
    }

    @Test("A copy that is to go last is succeeded as any other of the fleet")
    func pruned() throws {
        #expect(try plan([other("edge1", .pruned, keys: ["AAAAed"])]) == .ok(output: "web1 edge1"))
    }

    @Test("A host that ends its lines with a carriage return hides no key")
    func carriageReturns() throws {
        let keys = Self.keys.replacing("\n", with: "\r\n")
        #expect(try plan([other("edge1", .own, keys: ["AAAAed"])], keys: keys) == .ok(output: "web1 edge1"))
    }

    @Test("What shares an lsyncd cannot be let go of when a host key tells it")
    func shared() {
        #expect(refusal(other("edge1", .shared, keys: ["AAAAed"]))?.hint?.contains("--prune") == true)
        #expect(refusal(other("edge1", .own, keys: ["AAAAed"]), copies: "web1 _shared-1 /srv/site") != nil)
    }
}
