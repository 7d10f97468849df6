import NIOCore
import NIOPosix
import RemoteHost

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Finds the addresses of a host's name, and asks again when no name server answers.
struct NameLookup: Sendable {
    /// Asks once, on any thread that may wait.
    var ask: @Sendable (_ name: String, _ port: Int) -> Result<[SocketAddress], Failure>

    /// Why a name has no addresses.
    enum Failure: Error, Sendable, Hashable {
        /// There is no such name.
        case unknownName
        /// Nobody could say, in the system's words; the next try may come out otherwise.
        case noAnswer(String)
    }

    /// Asks the system, which looks into its files and asks its name servers.
    static let system = NameLookup(ask: askSystem)

    /// The addresses of a name, in the order in which they should be tried.
    ///
    /// - Parameter limit: how long it may take, with all tries.
    func addresses(of name: String, port: Int, within limit: Duration) async throws(RemoteHostError) -> [SocketAddress]
    {
        let end = ContinuousClock.now + limit
        var pause = Duration.milliseconds(200)
        var tries = 0
        while true {
            tries += 1
            let left = ContinuousClock.now.duration(to: end)
            let words: String
            switch try await answer(for: name, port, within: left, of: limit) {
            case .success(let addresses): return addresses
            case .failure(.unknownName):
                throw RemoteHostError(
                    .unreachable,
                    "the name \(name) cannot be resolved",
                    hint: "look for a typing error, or give the host's IP address"
                )
            case .failure(.noAnswer(let reason)): words = reason
            }
            // Many hosts that ask at the same moment must not ask again at the same moment.
            let wait = pause * Double.random(in: 0.5...1.5)
            guard ContinuousClock.now + wait < end else {
                throw RemoteHostError(
                    .unreachable,
                    "the name \(name) could not be looked up, \(tries == 1 ? "once" : "\(tries) times"): \(words)",
                    hint: "do this machine's name servers answer? or give the host's IP address"
                )
            }
            do {
                try await Task.sleep(for: wait)
            } catch {
                throw .interrupted
            }
            pause *= 2
        }
    }

    private func answer(
        for name: String,
        _ port: Int,
        within left: Duration,
        of limit: Duration
    ) async throws(RemoteHostError) -> Result<[SocketAddress], Failure> {
        let answer = OneAnswer<Result<[SocketAddress], Failure>>()
        let deadline = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(left)) {
            answer.answer(.failure(DeadlinePassed()))
        }
        defer { deadline.cancel() }
        let result = await answer.wait {
            NIOThreadPool.singleton.submit { _ in answer.answer(.success(ask(name, port))) }
        }
        switch result {
        case .success(let found): return found
        case .failure(is DeadlinePassed):
            throw RemoteHostError(
                .timedOut,
                "the name \(name) could not be looked up within \(limit.spelledOut)",
                hint: "do this machine's name servers answer? or give the host's IP address"
            )
        case .failure: throw .interrupted
        }
    }

    private struct DeadlinePassed: Error {}

    private static func askSystem(_ name: String, _ port: Int) -> Result<[SocketAddress], Failure> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>? = nil
        let code = unsafe getaddrinfo(name, String(port), &hints, &first)
        defer { unsafe freeaddrinfo(first) }
        guard code == 0 else {
            let isPassing = [EAI_AGAIN, EAI_FAIL, EAI_SYSTEM, EAI_MEMORY].contains(code)
            return .failure(isPassing ? .noAnswer(unsafe String(cString: gai_strerror(code))) : .unknownName)
        }
        var addresses: [SocketAddress] = []
        var next = unsafe first
        while let info = unsafe next {
            switch unsafe info.pointee.ai_family {
            case AF_INET:
                unsafe info.pointee.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    unsafe addresses.append(SocketAddress($0.pointee, host: name))
                }
            case AF_INET6:
                unsafe info.pointee.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                    unsafe addresses.append(SocketAddress($0.pointee, host: name))
                }
            default: break
            }
            unsafe next = info.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(.unknownName) : .success(addresses)
    }
}
