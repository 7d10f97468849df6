#if os(Linux)
    import CMalloc
    import Foundation
    import LockstepTestSupport
    import RemoteHost
    import SecureShell
    import Testing

    /// Every fault again and again, and what the process holds before and after; for a process of its own.
    struct FaultStorm {
        /// How often each fault is met; LOCKSTEP_FAULT_TIMES says otherwise, and `make sanitize` says 200.
        static let times = ProcessInfo.processInfo.environment["LOCKSTEP_FAULT_TIMES"].flatMap { Int($0) } ?? 24

        /// Whether the memory in use is what is held: a sanitizer keeps some of what was freed, and finds leaks itself.
        static let memoryTells = ["ASAN_OPTIONS", "TSAN_OPTIONS"].allSatisfy {
            ProcessInfo.processInfo.environment[$0] == nil
        }

        /// The faults that come before the key exchange is over.
        static let early: [FaultProxy.Fault] = [
            .refuses, .unanswered, .silent, .trickles(.milliseconds(20)), .says(Array("220 mail\r\n".utf8)),
            .resets(after: 1), .resets(after: 45), .resets(after: 1100), .vanishes(after: 45), .vanishes(after: 1100),
        ]
        /// No fault at all, and the faults that come while a command prints.
        static let late: [FaultProxy.Fault] = [.none, .resets(after: 20_000), .vanishes(after: 20_000)]

        /// What a process holds.
        struct Holdings {
            /// How many descriptors are open.
            var descriptors: Int
            /// How much of its memory is allocated, in bytes.
            var memory: Int

            /// What this process holds now.
            static func now() throws -> Holdings {
                let allocated = mallinfo2()
                return Holdings(
                    descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
                    memory: Int(allocated.uordblks + allocated.hblkhd)
                )
            }

            /// The most memory that this process ever had in use, in bytes.
            static func peakMemory() throws -> Int { try field("VmHWM") }

            private static func field(_ name: String) throws -> Int {
                let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
                let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
                return (Int(line.split(whereSeparator: \.isWhitespace).dropFirst().first ?? "") ?? 0) << 10
            }
        }

        /// Meets each of some faults that many times, and no more must be held then than after a quarter of them.
        static func rage(_ faults: [FaultProxy.Fault], times: Int) async throws {
            try await LoopbackSSHServer.with { server in
                try await withProxies(faults, before: server) { connectors in
                    try await rage(connectors.map { connector in { try await meet(connector) } }, times: times)
                }
            }
        }

        /// Does each of some things that many times; no more must be held then than after a quarter of them.
        static func rage(_ actions: [@Sendable () async throws -> Void], times: Int) async throws {
            try await take(actions, times: times / 4)
            let before = try await settled(to: .max)
            try await take(actions, times: times * 3 / 4)
            let after = try await settled(to: before.descriptors)
            #expect(after.descriptors <= before.descriptors)
            // Two kilobytes for each connection are what NIO and the proxies come to, until all lists have grown; a session
            // has a hundred.
            let connections = times * 3 / 4 * actions.count
            if memoryTells { #expect(after.memory < before.memory + 256 << 10 + connections << 11) }
            Attachment.record("\(before), then \(after)", named: "holdings.txt")
        }

        /// Many at a time, so that deadlines are waited for together.
        private static func take(_ actions: [@Sendable () async throws -> Void], times: Int) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<times * actions.count {
                    if number >= 40 { try await group.next() }
                    group.addTask { try await actions[number % actions.count]() }
                }
                try await group.waitForAll()
            }
        }

        private static func meet(_ connector: SSHConnector) async throws {
            do {
                try await connector.withConnection(to: "faulty") { host in
                    let line = "head -c 60000 /dev/zero; sleep 0.1"
                    _ = try await host.run(Command(line, deadline: .milliseconds(400)))
                }
            } catch let error as RemoteHostError {
                #expect([.unreachable, .timedOut, .connectionLost].contains(error.code), "\(error)")
            }
        }

        private static func withProxies(
            _ faults: [FaultProxy.Fault],
            before server: LoopbackSSHServer,
            connectors: [SSHConnector] = [],
            _ body: ([SSHConnector]) async throws -> Void
        ) async throws {
            guard let fault = faults.first else { return try await body(connectors) }
            try await FaultProxy.with(fault, before: server.port) { proxy in
                // A handshake that is not to fail needs more: the machine is busy.
                let handshake = fault.isEarly ? Duration.milliseconds(150) : .seconds(10)
                let deadlines = SSHDeadlines(connect: .milliseconds(100), handshake: handshake)
                let connector = try server.connector(through: proxy, deadlines: deadlines)
                try await withProxies(
                    Array(faults.dropFirst()),
                    before: server,
                    connectors: connectors + [connector],
                    body
                )
            }
        }

        /// The holdings once the proxies' ends of the connections are closed too.
        private static func settled(to descriptors: Int) async throws -> Holdings {
            var last = try Holdings.now()
            for _ in 0..<100 {
                try await Task.sleep(for: .milliseconds(20))
                let now = try Holdings.now()
                if now.descriptors == last.descriptors, now.descriptors <= descriptors { return now }
                last = now
            }
            return last
        }
    }

    extension FaultProxy.Fault {
        /// Whether no handshake comes to its end with it.
        fileprivate var isEarly: Bool {
            switch self {
            case .none, .delays: false
            case .resets(let count), .vanishes(let count): count < 2000
            default: true
            }
        }
    }
#endif
