/// Turns a run's events into text.
package protocol RunRenderer<Event>: Sendable {
    /// What can happen.
    associatedtype Event: Sendable
    /// Shows one event.
    mutating func show(_ event: Event)
    /// Shows that time passes; called some times a second.
    mutating func tick()
}

extension RunRenderer {
    /// Most renderers show nothing between two events.
    package mutating func tick() {}
}
