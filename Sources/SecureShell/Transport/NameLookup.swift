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
    /// By how much a pause is longer or shorter than the usual one.
    var spread: @Sendable () -> Double = { .random(in: 0.5...1.5) }

    /// Why a name has no addresses.
    enum Failure: Error, Sendable, Hashable {
        /// There is no such name.
        case unknownName
        /// Nobody could say, in the system's words; the next try may come out otherwise.
        case noAnswer(String)
    }

    /// Asks the system, which looks into its files and asks its name servers.
    static let system = NameLookup(ask: askSystem)

    /// How long to wait before the next try, after so many that came to nothing: 200 ms at first, and twice as long each
    /// time.
    func pause(after tries: Int) -> Duration {
        Backoff(first: .milliseconds(200), spread: spread).pause(after: tries)
    }

    /// How long to wait for an answer before asking again beside: glibc itself gives a name server five seconds, twice,
    /// which is all the time that there is.
    func patience(after tries: Int) -> Duration {
        Backoff(first: .milliseconds(2500), spread: spread).pause(after: tries)
    }

    private enum Event: Sendable {
        case answer(Result<[SocketAddress], Failure>)
        case nextTry(after: Int)
        case end
    }

    /// The addresses of a name, in the order in which they should be tried.
    ///
    /// - Parameter limit: how long it may take, with all tries.
    func addresses(of name: String, port: Int, within limit: Duration) async throws(RemoteHostError) -> [SocketAddress]
    {
        let (events, teller) = AsyncStream.makeStream(of: Event.self)
        let clock = MultiThreadedEventLoopGroup.singleton.next()
        let end = ContinuousClock.now + limit
        let last = clock.scheduleTask(in: TimeAmount(limit)) { _ = teller.yield(.end) }
        defer {
            last.cancel()
            teller.finish()
        }
        var next: Scheduled<Void>?
        defer { next?.cancel() }
        let begin = { (wait: Duration, tries: Int) in
            clock.scheduleTask(in: TimeAmount(wait)) { _ = teller.yield(.nextTry(after: tries)) }
        }
        var tries = 0
        var open = 0
        var reason: String?
        teller.yield(.nextTry(after: 0))
        for await event in events {
            switch event {
            case .nextTry(after: let number) where number == tries:
                tries += 1
                open += 1
                LookupThreads.shared.submit { [ask] in teller.yield(.answer(ask(name, port))) }
                next = begin(patience(after: tries), tries)
            case .nextTry: break
            case .answer(.success(let addresses)): return addresses
            case .answer(.failure(.unknownName)): throw .unknownName(name)
            case .answer(.failure(.noAnswer(let words))):
                reason = words
                open -= 1
                let pause = pause(after: tries)
                if ContinuousClock.now + pause < end {
                    next?.cancel()
                    next = begin(pause, tries)
                } else if open == 0 {
                    throw .notLookedUp(name, tries: tries, because: words)
                }
            case .end:
                if let reason { throw .notLookedUp(name, tries: tries, because: reason) }
                throw .notLookedUp(name, within: limit)
            }
        }
        throw .interrupted
    }

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

extension RemoteHostError {
    private static let nameServers = "do this machine's name servers answer? or give the host's IP address"

    fileprivate static func unknownName(_ name: String) -> RemoteHostError {
        RemoteHostError(
            .unreachable,
            "the name \(name) cannot be resolved",
            hint: "look for a typing error, or give the host's IP address"
        )
    }

    fileprivate static func notLookedUp(_ name: String, tries: Int, because words: String) -> RemoteHostError {
        RemoteHostError(
            .unreachable,
            "the name \(name) could not be looked up, \(tries == 1 ? "once" : "\(tries) times"): \(words)",
            hint: nameServers
        )
    }

    fileprivate static func notLookedUp(_ name: String, within limit: Duration) -> RemoteHostError {
        RemoteHostError(
            .timedOut,
            "the name \(name) could not be looked up within \(limit.spelledOut)",
            hint: nameServers
        )
    }
}
