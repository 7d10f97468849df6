/// The time of a host, in seconds since 1970 by its own clock.
package struct ClockFact: SingleFact {
    package static let kind = "clock"
    package typealias Value = Int

    package init() {}

    package var script: String { "date +%s" }

    package func value(in output: ProbeOutput) throws(PlanError) -> Int {
        guard let time = Int(output.trimmedText), time > 0 else {
            throw PlanError("the time of this host is not known\(output.reason)")
        }
        return time
    }
}
