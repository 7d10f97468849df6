#if os(Linux)
    import Crypto
    import Foundation
    import LockstepTestSupport
    import RemoteHost
    import SecureShell
    import Testing

    // Processes of their own, since other tests open files and fill memory at the same time; and one after the other,
    // since whoever waits for such a process keeps a thread from all other tests.
    @Suite("What connections hold", .serialized, .timeLimit(.minutes(3)))
    struct HoldingsTests {
        @Test("Many of each fault before a login leave no descriptor and no memory behind")
        func earlyFaults() async throws {
            await #expect(processExitsWith: .success) {
                try await FaultStorm.rage(FaultStorm.early, times: FaultStorm.times)
            }
        }

        @Test("A reset and a silence in mid-command, again and again, leave no descriptor and no memory behind")
        func lateFaults() async throws {
            await #expect(processExitsWith: .success) {
                try await FaultStorm.rage(FaultStorm.late, times: FaultStorm.times / 4)
            }
        }

        @Test(
            "Refused logins and sessions, signals and tunnels, again and again, leave no descriptor and no memory behind"
        )
        func afterConnecting() async throws {
            await #expect(processExitsWith: .success) {
                try await LoopbackSSHServer.withBastion(saying: "MaxSessions 1") { narrow, target in
                    var refused = target.destination("refused")
                    refused.credentials = SSHCredentials(identityFiles: [narrow.clientKey.path])
                    var closed = target.destination("closed", through: [narrow.destination("bastion")])
                    closed.port = 1
                    let connector = SSHConnector(
                        destinations: [
                            narrow.destination("narrow"), target.destination("target"), refused, closed,
                            target.destination("behind", through: [narrow.destination("bastion")]),
                        ],
                        knownHosts: try KnownHosts(files: [])
                    )
                    let fails = { @Sendable (name: String, code: RemoteHostError.Code) in
                        let error = await #expect(throws: RemoteHostError.self) {
                            try await connector.withConnection(to: name) { _ in }
                        }
                        #expect(error?.code == code)
                    }
                    let actions: [@Sendable () async throws -> Void] = [
                        { await fails("refused", .authenticationFailed) },
                        { await fails("closed", .unreachable) },
                        {
                            try await connector.withConnection(to: "narrow") { host in
                                async let first = host.run(Command("sleep 0.2", deadline: .seconds(20)))
                                async let second = host.run(Command("sleep 0.2", deadline: .seconds(20)))
                                let results = (try? await first, try? await second)
                                #expect((results.0 == nil) != (results.1 == nil))
                            }
                        },
                        {
                            try await connector.withConnection(to: "target") { host in
                                let result = try await host.run(Command("kill -KILL $$", deadline: .seconds(20)))
                                #expect(result.exit == .signal("KILL"))
                            }
                        },
                        { try await connector.withConnection(to: "behind") { _ in } },
                    ]
                    try await FaultStorm.rage(actions, times: FaultStorm.times)
                }
            }
        }

        /// The result holds all output, so the memory grows with it: once for the bytes, and as much while they grow.
        @Test("200 MB of output arrive whole, in memory that is bounded by their size")
        func largeOutput() async throws {
            await #expect(processExitsWith: .success) {
                try await LoopbackSSHServer.with { server in
                    try await server.connected { host in
                        try await SSHTable.row(.faults, "200 MB of output", on: server.peer) {
                            // The same bytes each time, and no piece of them like another.
                            let bytes =
                                "openssl enc -aes-128-ctr -nosalt -md sha256 -pass pass:x </dev/zero 2>/dev/null | head -c 200000000"
                            let expected = try await runLocally("sh", ["-c", "\(bytes) | sha256sum | cut -c 1-64"])
                            let result = try await host.run(Command(bytes, deadline: .seconds(120)))
                            #expect(result.standardOutput.count == 200_000_000)
                            let digest = SHA256.hash(data: result.standardOutput)
                            #expect(digest.map { String(format: "%02x", $0) }.joined() == expected)
                            let peak = try FaultStorm.Holdings.peakMemory()
                            if FaultStorm.memoryTells { #expect(peak < 640 << 20) }
                            Attachment.record("\(peak >> 20) MiB at most", named: "memory.txt")
                            return "all of it, byte for byte; the result is held in memory"
                        }
                    }
                }
            }
        }
    }
#endif
