import NIOCore
import RemoteHost

/// Asks a silent host whether it is there, again and again, until it is dropped.
final class Keepalive {
    /// What a look at the connection led to.
    enum Finding {
        /// The host was asked.
        case asked
        /// The host was asked often enough, and has been silent for so long.
        case unanswered(Duration)
    }

    /// How many questions in a row ssh leaves unanswered where nothing else is said (ServerAliveCountMax).
    static let usualLimit = 3

    private let handle: SessionHandle
    private let interval: Duration
    private let limit: Int
    private let report: (Finding) -> Void
    private var heard: Int
    private var unanswered = 0
    private var next: Scheduled<Void>?

    /// Begins to watch.
    ///
    /// - Parameter limit: how many questions in a row may go unanswered.
    init(
        of handle: SessionHandle,
        every interval: Duration,
        atMost limit: Int,
        on eventLoop: any EventLoop,
        report: @escaping (Finding) -> Void
    ) {
        self.handle = handle
        self.interval = interval
        self.limit = limit
        self.report = report
        heard = handle.transport.receivedCount
        handle.allowKeepalives()
        schedule(on: eventLoop)
    }

    deinit {
        next?.cancel()
    }

    private func schedule(on eventLoop: any EventLoop) {
        next = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(interval)) { [weak self] in
            guard let self else { return }
            look()
            schedule(on: eventLoop)
        }
    }

    private func look() {
        if handle.transport.receivedCount != heard {
            heard = handle.transport.receivedCount
            unanswered = 0
        } else if unanswered >= limit {
            report(.unanswered(interval * (limit + 1)))
        } else {
            unanswered += 1
            handle.sendKeepalive()
            report(.asked)
        }
    }
}
