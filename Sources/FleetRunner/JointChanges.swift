import Provisioning

/// Planned changes as the steps of one script: those that exchange lines of one file, and follow each other, are one step.
struct JointChanges: Sendable {
    /// The steps, in the order of the changes.
    private(set) var steps: [FramedScript.Step] = []
    /// The places of the changes that each step is made of.
    private(set) var places: [[Int]] = []

    /// Joins what can be joined.
    init(_ changes: [Schedule.PlannedChange]) {
        for (place, planned) in changes.enumerated() {
            if let last = steps.last, let change = last.change.joined(with: planned.change) {
                // It fails for all of them, and waits for none: what each needs has been made before.
                let breaks = last.breaks + planned.chains.prefix(1)
                steps[steps.count - 1] = FramedScript.Step(change, breaks: breaks, needs: [])
                places[places.count - 1].append(place)
            } else {
                steps.append(FramedScript.Step(planned.change, chains: planned.chains, lane: planned.lane))
                places.append([place])
            }
        }
    }
}
