import Foundation
import LockstepTestSupport
import Lsyncd
import Provisioning
import Testing

@Suite("Modules of replication, from recorded outputs")
struct ModuleFixtureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/Modules")
    let registry = ModuleRegistry(ModuleRegistry.replication)

    @Test("A module plans from what a host's probe printed", arguments: try ModuleFixture.all(in: Self.folder))
    func plansFromRecordedOutput(fixture: ModuleFixture) throws {
        try fixture.expectRecordedPlan(by: try #require(registry[fixture.keyword]))
    }

    /// How the plans of each module begin, beside those with nothing to do.
    private static let beginnings = [
        "delete-guard": "check: ", "gate-check": "check: ", "handover": "change: ", "lsyncd": "change: ",
        "protected-paths": "refused: ", "rsync-version": "refused: ", "sole-writer": "refused: ",
    ]

    @Test("Every module has recorded cases of nothing to do, and of a change, a check or a refusal")
    func everyModuleHasFixtures() throws {
        let fixtures = try ModuleFixture.all(in: Self.folder)
        #expect(registry.keywords == Self.beginnings.keys.sorted())
        for (keyword, beginning) in Self.beginnings {
            let plans = fixtures.filter { $0.keyword == keyword }.map(\.plan)
            #expect(plans.contains("ok"), "\(keyword) has no fixture with nothing to do")
            #expect(plans.contains { $0.hasPrefix(beginning) }, "\(keyword) has no fixture with '\(beginning)'")
        }
    }
}
