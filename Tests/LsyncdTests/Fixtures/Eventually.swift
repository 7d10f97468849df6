import Testing

/// Waits until a condition holds, looking again and again; at the end of the time the test fails.
///
/// The time is for a machine that is busy with other tests as well; a condition that holds ends the wait at once.
func eventually(
    _ what: Comment,
    within limit: Duration = .seconds(60),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    if try await comesTrue(within: limit, condition) { return }
    struct TooLate: Error {}
    Issue.record(what, sourceLocation: sourceLocation)
    throw TooLate()
}

/// Whether a condition holds within a time; looks again and again.
func comesTrue(within limit: Duration, _ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}
