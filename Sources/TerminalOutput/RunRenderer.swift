package import FleetRunner

/// Turns a run's events into text.
package protocol RunRenderer: Sendable {
    /// Shows one event.
    mutating func show(_ event: RunEvent)
    /// Shows that time passes; called some times a second.
    mutating func tick()
}

extension RunRenderer {
    /// Most renderers show nothing between two events.
    package mutating func tick() {}
}
