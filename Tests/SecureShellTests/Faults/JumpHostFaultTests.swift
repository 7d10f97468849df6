import LockstepTestSupport
import RemoteHost
import SecureShell
import Testing

@Suite("Faults on the way through a jump host", .timeLimit(.minutes(2)))
struct JumpHostFaultTests {
    @Test("A command that runs through a jump host ends with it")
    func jumpHostDies() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            let destination = target.destination("target", through: [bastion.destination("bastion")])
            let connector = SSHConnector(destinations: [destination], knownHosts: try KnownHosts(files: []))
            let tried = "the jump host's sshd ends while a command runs behind it"
            let error = await SSHTable.failure(.faults, tried, on: target.peer, within: .seconds(10)) {
                try await connector.withConnection(to: "target") { host in
                    // The sshd processes of the bastion are the ancestors of nobody here, so they are found by its port.
                    let killer =
                        "kill $(ss -Htnp state established sport = :\(bastion.port) | grep -o 'pid=[0-9]*' | cut -d= -f2)"
                    _ = try await host.run(
                        Command("(sleep 0.2; \(killer)) >/dev/null 2>&1 & sleep 30", deadline: .seconds(20))
                    )
                }
            }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test("A host that vanishes behind a jump host while it is sent much is given up, and closed, in time")
    func targetVanishes() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            try await FaultProxy.with(.none, before: target.port) { proxy in
                let route = [bastion.destination("bastion")]
                let destination = try target.destination("target", at: proxy, through: route)
                try await giveUp(destination, when: "the host", vanishesAt: proxy, on: target.peer)
            }
        }
    }

    @Test("A jump host that vanishes while a host behind it is sent much is given up, and closed, in time")
    func jumpHostVanishes() async throws {
        try await LoopbackSSHServer.withBastion { bastion, target in
            try await FaultProxy.with(.none, before: bastion.port) { proxy in
                let route = [try bastion.destination("bastion", at: proxy)]
                let destination = target.destination("target", through: route)
                try await giveUp(destination, when: "the jump host", vanishesAt: proxy, on: target.peer)
            }
        }
    }

    /// Sends commands more than all buffers on the way hold, and lets the proxy vanish meanwhile. Each command takes two
    /// megabytes unseen, and the kernel four on its way.
    private func giveUp(
        _ destination: SSHDestination,
        when who: String,
        vanishesAt proxy: FaultProxy,
        on peer: SSHPeer
    ) async throws {
        let connector = SSHConnector(
            destinations: [destination],
            knownHosts: try KnownHosts(files: []),
            deadlines: SSHDeadlines(close: .milliseconds(500))
        )
        let tried = "\(who) vanishes while commands behind a jump host read; 2 s allowed, and 0.5 s to close"
        let error = await SSHTable.failure(.faults, tried, on: peer, within: .seconds(6)) {
            try await withThrowingTaskGroup { group in
                let (started, tellStarted) = AsyncStream<Void>.makeStream()
                group.addTask {
                    for await _ in started { break }
                    await proxy.vanish()
                    // A close without an end fails the test, and does not hang it.
                    if (try? await Task.sleep(for: .seconds(12))) != nil { await proxy.reset() }
                }
                defer { group.cancelAll() }
                try await connector.withConnection(to: "target") { host in
                    let input = [UInt8](repeating: 65, count: 16_000_000)
                    let command = Command("echo begun; cat >/dev/null", input: input, deadline: .seconds(2))
                    try await withThrowingTaskGroup { group in
                        for _ in 0..<6 {
                            group.addTask { _ = try await host.run(command) { _ in tellStarted.finish() } }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }
        #expect(error?.code == .timedOut || error?.code == .connectionLost)
    }
}
