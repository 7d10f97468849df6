import Synchronization

/// Shows a run's events in the order in which they happen, whatever thread they come from.
package struct RunDisplay<Event: Sendable>: Sendable {
    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation

    /// Makes a display.
    package init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Takes an event; returns at once.
    @Sendable package func publish(_ event: Event) {
        continuation.yield(event)
    }

    /// Runs `body`, shows what it publishes, and returns when all of it has been shown.
    package func show<Result: Sendable>(
        by renderer: some RunRenderer<Event>,
        during body: () async throws -> Result
    ) async rethrows -> Result {
        async let showing: Void = follow(renderer)
        let result: Result
        do {
            result = try await body()
        } catch {
            continuation.finish()
            await showing
            throw error
        }
        continuation.finish()
        await showing
        return result
    }

    private func follow(_ renderer: some RunRenderer<Event>) async {
        let renderer = SharedRenderer(renderer)
        await withTaskGroup { group in
            group.addTask { [events] in
                for await event in events { renderer.show(event) }
            }
            group.addTask {
                while (try? await Task.sleep(for: .milliseconds(120))) != nil { renderer.tick() }
            }
            await group.next()
            group.cancelAll()
        }
    }
}

/// A renderer that is told of events by one task and of time by another.
private final class SharedRenderer<Event: Sendable>: Sendable {
    private let renderer: Mutex<any RunRenderer<Event>>

    init(_ renderer: some RunRenderer<Event>) {
        self.renderer = Mutex(renderer)
    }

    func show(_ event: Event) {
        renderer.withLock { $0.show(event) }
    }

    func tick() {
        renderer.withLock { $0.tick() }
    }
}
