import Foundation
import LockstepTestSupport
import Provisioning
import Testing

@Suite("Modules, from recorded outputs")
struct ModuleFixtureTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    let registry = ModuleRegistry(ModuleRegistry.general)

    @Test(
        "A module plans from what a host's probe printed",
        arguments: try ModuleFixture.all(in: Self.folder)
    )
    func plansFromRecordedOutput(fixture: ModuleFixture) throws {
        try fixture.expectRecordedPlan(by: try #require(registry[fixture.keyword]))
    }

    @Test("Every module has recorded cases of nothing to do and of a change")
    func everyModuleHasFixtures() throws {
        let fixtures = try ModuleFixture.all(in: Self.folder)
        for keyword in registry.keywords {
            let plans = fixtures.filter { $0.keyword == keyword }.map(\.plan)
            #expect(plans.contains("ok"), "\(keyword) has no fixture with nothing to do")
            if keyword != HostKeysModule.keyword {
                #expect(plans.contains { $0.hasPrefix("change: ") }, "\(keyword) has no fixture with a change")
            }
        }
    }
}
