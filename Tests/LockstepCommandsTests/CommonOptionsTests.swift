import ArgumentParser
import Testing

@testable import LockstepCommands

@Suite("Options before the verb and after it")
struct CommonOptionsTests {
    @Test(
        "An option counts once, on whichever side of the verb it stands",
        arguments: [
            ["-i", "a", "-i", "b", "-vv", "plan"], ["plan", "-i", "a", "-i", "b", "-vv"],
            ["-i", "a", "-v", "plan", "-i", "b", "-v"],
        ]
    )
    func onceCounted(arguments: [String]) throws {
        let plan = try #require(try Lockstep.parseAsRoot(arguments) as? PlanCommand)
        let options = plan.common.completed(by: plan.lockstep.common)
        #expect(options.inventory == ["a", "b"])
        #expect(options.verbose == 2)
    }
}
