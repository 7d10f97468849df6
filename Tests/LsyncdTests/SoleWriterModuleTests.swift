import Provisioning
import Testing

@testable import Lsyncd

@Suite("One writer for a directory of a slave")
struct SoleWriterModuleTests {
    private func other(
        _ name: String,
        _ relation: OtherCopy.Relation,
        at address: String = "192.0.2.9",
        target: String = "/srv/site",
        keys: [String] = []
    ) -> String {
        let place = CopyPlace(host: name, address: address, port: "22", user: "root", target: target)
        let copy = KeptCopy(name: name, keeper: name, source: "/srv/other", place: place, keys: keys)
        return OtherCopy(copy, relation).line
    }

    private func plan(_ others: [String], copies: String = "web1 web1 /srv/site") throws -> TaskPlan {
        try SoleWriterModule(
            ModuleArguments([
                "keys": .known("ssh-rsa AAAArsa root@web1\nssh-ed25519 AAAAed root@web1"),
                "address": .known("192.0.2.1"), "port": .known("22"), "copies": .known(copies),
                "others": .known(others.joined(separator: "\n")),
            ])
        ).plan(from: ProbeOutput(text: ""), in: PlanContext())
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

    @Test("What shares an lsyncd cannot be let go of when a host key tells it")
    func shared() {
        #expect(refusal(other("edge1", .shared, keys: ["AAAAed"]))?.hint?.contains("--prune") == true)
        #expect(refusal(other("edge1", .own, keys: ["AAAAed"]), copies: "web1 _shared-1 /srv/site") != nil)
    }
}
