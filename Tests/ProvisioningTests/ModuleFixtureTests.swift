import Provisioning
import Testing

@Suite("Modules, from recorded outputs")
struct ModuleFixtureTests {
    let registry = ModuleRegistry(ModuleRegistry.general)

    @Test("A module plans from what a host's probe printed", arguments: try ModuleFixture.all())
    func plansFromRecordedOutput(fixture: ModuleFixture) throws {
        let module = try #require(registry[fixture.keyword])
        #expect(fixture.plannedText(by: module) == fixture.sections["plan"])
    }

    @Test("Every module has recorded cases of nothing to do and of a change")
    func everyModuleHasFixtures() throws {
        let fixtures = try ModuleFixture.all()
        for keyword in registry.keywords {
            let plans = fixtures.filter { $0.keyword == keyword }.compactMap { $0.sections["plan"] }
            #expect(plans.contains { $0.hasPrefix("ok") }, "\(keyword) has no fixture with nothing to do")
            if keyword != HostKeysModule.keyword {
                #expect(plans.contains { $0.hasPrefix("change: ") }, "\(keyword) has no fixture with a change")
            }
        }
    }
}
