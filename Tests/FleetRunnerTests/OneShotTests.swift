import Testing

@testable import FleetRunner

@Suite("A value that is settled once", .timeLimit(.minutes(1)))
struct OneShotTests {
    @Test("All who wait get the first value, those who come late too")
    func value() async {
        let shot = OneShot<Int>()
        let values = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<50 { group.addTask { await shot.value } }
            group.addTask {
                shot.settle(1)
                shot.settle(2)
                return 1
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: 1, count: 51))
        #expect(await shot.value == 1)
    }
}
