import NIOCore
import RemoteHost
import Synchronization

/// Tells one call or command of a connection from the others, before and after it has begun.
struct OperationID: Sendable, Hashable {
    private let number: Int
    private static let next = Atomic(0)

    /// Makes an identity that no other operation has.
    init() {
        number = Self.next.wrappingAdd(1, ordering: .relaxed).newValue
    }
}

/// What is common to everything that somebody waits for on a connection: who it is, its deadline, how to give it up.
final class Operation {
    /// Who it is.
    let id: OperationID
    private var deadline: Scheduled<Void>?
    private var abandonment: ((RemoteHostError) -> Void)?

    /// Makes an operation that calls `abandon`, once at most, when the connection ends under it.
    init(id: OperationID, abandon: @escaping (RemoteHostError) -> Void) {
        self.id = id
        abandonment = abandon
    }

    /// Watches the time from now on.
    func setDeadline(_ limit: Duration, on eventLoop: any EventLoop, expire: @escaping () -> Void) {
        deadline = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit), expire)
    }

    /// Ends it well: neither deadline nor abandonment will come.
    func finish() {
        deadline?.cancel()
        deadline = nil
        abandonment = nil
    }

    /// Ends it without a result.
    func abandon(because error: RemoteHostError) {
        let abandon = abandonment
        finish()
        abandon?(error)
    }
}
