#if os(Linux)
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

        /// The result holds all output, so the memory grows with it: once for the bytes, and as much while they grow.
        @Test("200 MB of output arrive whole, in memory that is bounded by their size")
        func largeOutput() async throws {
            await #expect(processExitsWith: .success) {
                try await LoopbackSSHServer.with { server in
                    try await server.connected { host in
                        try await SSHTable.row(.faults, "200 MB of output", on: server.peer) {
                            let result = try await host.run(
                                Command("head -c 200000000 /dev/zero; echo end", deadline: .seconds(120))
                            )
                            #expect(result.standardOutput.count == 200_000_004)
                            #expect(result.standardOutput.suffix(5) == [0] + Array("end\n".utf8))
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
