import Testing

@testable import Lsyncd

@Suite("What lsyncd hand over to each other")
struct HandoverTests {
    private func layout(
        _ count: Int,
        _ isolation: Isolation,
        _ keepers: [String: String],
        settled: Set<String> = [],
        chosen: Set<String>? = nil,
        prunes: Bool = false
    ) -> InstanceLayout {
        let copies = (1...count).map { InstanceLayout.Copy(name: "edge\($0)", source: "/srv/a") }
        let budget = InotifyBudget(memory: 0, limit: 524_288, isLimitWritable: false)
        let survey = MasterSurvey(keepers: keepers, settled: settled, budget: budget)
        return InstanceLayout(of: copies, chosen: chosen, isolation: isolation, survey: survey, prunes: prunes)
    }

    private func describe(_ layout: InstanceLayout) -> [String] {
        layout.handovers.map { handover in
            let names = handover.instances.map(\.name).joined(separator: " ")
            return "\(handover.shared.joined(separator: " ")): \(names); arriving \(handover.arriving), "
                + "staying \(handover.staying), leaving \(handover.leaving)"
        }
    }

    @Test("An lsyncd of a copy's own takes part in none while it keeps what it has")
    func none() {
        #expect(describe(layout(2, .perSlave, ["edge1": "edge1", "edge2": "edge2"])) == [])
        #expect(describe(layout(2, .perSlave, [:])) == [])
    }

    @Test(
        "What takes copies of a shared lsyncd is one handover with it, and those that share another lsyncd are not in it"
    )
    func apart() {
        let keepers = ["edge1": "_shared-1", "edge2": "_shared-1", "edge3": "_shared-2", "edge4": "_shared-2"]
        let layout = layout(4, .perSlave, keepers, chosen: ["edge1", "edge3", "edge4"])
        #expect(
            describe(layout) == [
                #"_shared-1: edge1 _shared-1; arriving ["edge1"], staying [], leaving []"#,
                #"_shared-2: edge3 edge4; arriving ["edge3", "edge4"], staying [], leaving []"#,
            ]
        )
        #expect(layout.instances.allSatisfy { layout.handover(of: $0) != nil })
    }

    @Test("Copies of their own that come to share an lsyncd are one handover for each such lsyncd")
    func together() {
        let alone = Dictionary(uniqueKeysWithValues: (1...3).map { ("edge\($0)", "edge\($0)") })
        #expect(
            describe(layout(4, .shards(2), alone)) == [
                #"_shared-1: _shared-1; arriving ["edge1", "edge3"], staying [], leaving []"#,
                #"_shared-2: _shared-2; arriving ["edge2"], staying [], leaving []"#,
            ]
        )
        // One that is as it is to be is waited for as well: its lsyncd may have to start again.
        #expect(
            describe(layout(2, .shards(1), ["edge1": "_shared-1"])) == [
                #"_shared-1: _shared-1; arriving [], staying ["edge1"], leaving []"#
            ]
        )
        #expect(
            describe(layout(3, .shards(1), ["edge1": "_shared-1", "edge2": "_shared-2", "edge3": "_shared-2"])) == [
                #"_shared-1 _shared-2: _shared-1; arriving ["edge2", "edge3"], staying ["edge1"], leaving []"#
            ]
        )
    }

    @Test("A new copy counts where there are settings of it, which its lsyncd would run by")
    func settled() {
        let keepers = ["edge1": "_shared-1"]
        #expect(layout(2, .shards(1), keepers).handovers.map(\.arriving) == [[]])
        #expect(layout(2, .shards(1), keepers, settled: ["edge2"]).handovers.map(\.arriving) == [["edge2"]])
    }

    @Test("A copy of others goes on in the lsyncd from which the fleet takes all of its own")
    func others() {
        let keepers = ["edge1": "_shared-1", "other": "_shared-1"]
        let layout = layout(1, .perSlave, keepers)
        #expect(layout.instances.map(\.name) == ["edge1", "_shared-1"])
        #expect(layout.instances.last?.copies.map(\.name) == ["other"])
        #expect(
            describe(layout) == [#"_shared-1: edge1 _shared-1; arriving ["edge1"], staying [], leaving []"#]
        )
    }

    @Test("What nobody wants leaves a shared lsyncd with the handover, and waits for nobody")
    func pruned() {
        let layout = layout(1, .shards(1), ["edge1": "_shared-1", "gone": "_shared-1", "own": "own"], prunes: true)
        #expect(layout.pruned == ["own"])
        #expect(
            describe(layout) == [#"_shared-1: _shared-1; arriving [], staying ["edge1"], leaving ["gone"]"#]
        )
    }

    @Test("Thousands of copies that come to share an lsyncd are laid out in no time", .timeLimit(.minutes(1)))
    func many() {
        let alone = Dictionary(uniqueKeysWithValues: (1...5000).map { ("edge\($0)", "edge\($0)") })
        #expect(layout(5000, .shards(2), alone).handovers.map(\.arriving.count) == [2500, 2500])
    }
}
