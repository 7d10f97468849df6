import NIOCore
import NIOPosix
import RemoteHost
import Synchronization

/// The connections to jump hosts, each shared by all hosts behind it.
///
/// libssh2 opens one tunnel of a connection at a time, and a host that answers nobody blocks all openings after its own
/// for as long as the jump host's kernel is patient. So while every connection to a jump host is slow to open a tunnel,
/// one more is made, up to ten; where nothing is slow, there is one.
final class JumpConnections: Sendable {
    /// The jump hosts on the way, the nearest first; the last of them is the one that tunnels begin at.
    typealias Route = [SSHDestination]

    private struct Jump {
        let id: Int
        let link: SSHLink
        var users = 0
        var isOpening = false
        var isSlow = false
    }

    private struct Station {
        var jumps: [Jump] = []
        var isConnecting = false
        /// Why there is no connection; nobody tries again in the same run.
        var failure: RemoteHostError?
        var mayGrow = true
        var waiting: [CheckedContinuation<Step, Never>] = []
    }

    private enum Step {
        case use(Jump)
        case connect
        case fail(RemoteHostError)
        case lookAgain
    }

    /// An opening that takes longer makes room for another connection.
    private static let slowness = Duration.milliseconds(300)
    /// How many connections there may be to one jump host: sshd drops more at random while they log in.
    private static let mostConnections = 10
    /// How long a connection is kept that nobody uses.
    private static let idleTime = Duration.seconds(1)

    private let stations = Mutex<[Route: Station]>([:])
    private let nextID = Atomic(0)

    /// Opens a tunnel to a destination, from the last of its jump hosts.
    ///
    /// - Parameters:
    ///   - limit: how long it may take once the jump host is reached.
    ///   - prepare: sets up the destination's session.
    ///   - connect: connects to the last jump host, where there is no connection yet.
    func openTunnel(
        to destination: SSHDestination,
        within limit: Duration,
        preparing prepare: @escaping TCPConnector.Preparation,
        connect: () async throws(RemoteHostError) -> SSHLink
    ) async throws(RemoteHostError) -> SSHLink {
        let route = destination.jumps
        var end = ContinuousClock.now + limit
        while true {
            switch await nextStep(on: route, before: end) {
            case .lookAgain where ContinuousClock.now >= end: throw timedOut(destination, after: limit)
            case .lookAgain: continue
            case .fail(let error): throw error
            case .connect:
                let start = ContinuousClock.now
                let result: Result<SSHLink, RemoteHostError>
                do throws(RemoteHostError) {
                    result = .success(try await connect())
                } catch {
                    result = .failure(error)
                }
                // The jump host has deadlines of its own.
                end += ContinuousClock.now - start
                if let error = note(result, on: route) { throw error }
            case .use(let jump): return try await open(to: destination, at: jump, before: end, limit, prepare)
            }
        }
    }

    private func open(
        to destination: SSHDestination,
        at jump: Jump,
        before end: ContinuousClock.Instant,
        _ limit: Duration,
        _ prepare: @escaping TCPConnector.Preparation
    ) async throws(RemoteHostError) -> SSHLink {
        let route = destination.jumps
        let patience = jump.link.eventLoop.scheduleTask(in: TimeAmount(Self.slowness)) {
            self.change(jump.id, on: route) { $0.isSlow = true }
        }
        let result = await jump.link.openTunnel(
            to: destination.address,
            port: destination.port,
            within: ContinuousClock.now.duration(to: end),
            expired: { [self] in timedOut(destination, after: limit) },
            preparing: prepare,
            settled: { [self] in
                patience.cancel()
                change(jump.id, on: route) {
                    $0.isOpening = false
                    $0.isSlow = false
                }
                closeWhenIdle(jump, on: route)
            }
        )
        let release: @Sendable () -> Void = { [self] in
            change(jump.id, on: route) { $0.users -= 1 }
            closeWhenIdle(jump, on: route)
        }
        switch result {
        case .success(let link):
            link.closeFuture.whenComplete { _ in release() }
            return link
        case .failure(let failure):
            release()
            throw describe(failure, destination)
        }
    }

    // MARK: Who may use what

    private func nextStep(on route: Route, before end: ContinuousClock.Instant) async -> Step {
        let left = max(.zero, ContinuousClock.now.duration(to: end))
        let alarm = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(left)) {
            self.wake(route)
        }
        defer { alarm.cancel() }
        return await withCheckedContinuation { continuation in
            let step = stations.withLock { stations -> Step? in
                let step = Self.nextStep(at: &stations[route, default: Station()])
                if step == nil { stations[route]?.waiting.append(continuation) }
                return step
            }
            if let step { continuation.resume(returning: step) }
        }
    }

    /// What can be done at once; nothing, where it must be waited for others.
    private static func nextStep(at station: inout Station) -> Step? {
        if let failure = station.failure { return .fail(failure) }
        if let index = station.jumps.firstIndex(where: { !$0.isOpening }) {
            station.jumps[index].isOpening = true
            station.jumps[index].users += 1
            return .use(station.jumps[index])
        }
        if station.isConnecting { return nil }
        let mayGrow = station.mayGrow && station.jumps.count < mostConnections
        guard station.jumps.isEmpty || (mayGrow && station.jumps.allSatisfy(\.isSlow)) else { return nil }
        station.isConnecting = true
        return .connect
    }

    /// Notes what came of connecting to the jump host; what the host behind it is told, where it cannot be reached.
    private func note(_ result: Result<SSHLink, RemoteHostError>, on route: Route) -> RemoteHostError? {
        let id = nextID.wrappingAdd(1, ordering: .relaxed).newValue
        var failure: RemoteHostError?
        switch result {
        case .success(let link):
            let jump = Jump(id: id, link: link)
            change(route) { station in
                station.isConnecting = false
                station.jumps.append(jump)
            }
            link.closeFuture.whenComplete { [self] _ in
                change(route) { station in station.jumps.removeAll { $0.id == id } }
            }
        case .failure(var error):
            error.message = "the jump host \(route.last?.name ?? ""): \(error.message)"
            failure = change(route) { station in
                station.isConnecting = false
                station.mayGrow = false
                // Those that there are serve on.
                guard station.jumps.isEmpty else { return nil }
                if error.code != .cancelled { station.failure = error }
                return error
            }
        }
        return failure
    }

    private func closeWhenIdle(_ jump: Jump, on route: Route) {
        jump.link.eventLoop.scheduleTask(in: TimeAmount(Self.idleTime)) { [self] in
            let isIdle = change(route) { station in
                guard let index = station.jumps.firstIndex(where: { $0.id == jump.id }),
                    station.jumps[index].users == 0, !station.jumps[index].isOpening
                else { return false }
                station.jumps.remove(at: index)
                return true
            }
            if isIdle { jump.link.session.value.disconnect(within: Self.idleTime) }
        }
    }

    private func change(_ id: Int, on route: Route, _ change: (inout Jump) -> Void) {
        self.change(route) { station in
            if let index = station.jumps.firstIndex(where: { $0.id == id }) { change(&station.jumps[index]) }
        }
    }

    private func wake(_ route: Route) {
        change(route) { _ in }
    }

    /// Changes a station, and lets everybody who waits there look again.
    private func change<Value: Sendable>(_ route: Route, _ change: (inout Station) -> Value) -> Value {
        let (value, waiting) = stations.withLock { stations in
            let value = change(&stations[route, default: Station()])
            let waiting = stations[route]?.waiting ?? []
            stations[route]?.waiting = []
            return (value, waiting)
        }
        for continuation in waiting { continuation.resume(returning: .lookAgain) }
        return value
    }

    // MARK: Errors

    private func timedOut(_ destination: SSHDestination, after limit: Duration) -> RemoteHostError {
        RemoteHostError(
            .timedOut,
            "no answer from \(destination.endpoint) within \(limit.spelledOut), through \(Self.name(destination.jumps))",
            hint: "is the host up, and can the jump host reach it?"
        )
    }

    private func describe(_ failure: CallFailure, _ destination: SSHDestination) -> RemoteHostError {
        switch failure {
        case .ended(let error): error
        case .refused(let error):
            RemoteHostError(
                .unreachable,
                "\(Self.name(destination.jumps)) could not connect to \(destination.endpoint): \(error.message)",
                hint: "does the address mean the host there, does sshd run on it, and does the jump host allow "
                    + "forwarding (AllowTcpForwarding)?"
            )
        }
    }

    private static func name(_ route: Route) -> String { "the jump host \(route.last?.name ?? "")" }
}
