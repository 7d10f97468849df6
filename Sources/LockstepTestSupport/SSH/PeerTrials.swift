package import RemoteHost
import Synchronization
package import SystemPackage
import Testing

/// What is tried on every kind of SSH server, each a row of the table in docs/ssh.md.
package struct PeerTrials: Sendable {
    /// The server.
    package var peer: SSHPeer
    /// Makes a connector that knows the server as "peer" and offers this key.
    package var connector: @Sendable (FilePath) throws -> any RemoteHostConnector

    /// Tries things on a server.
    package init(peer: SSHPeer, connector: @escaping @Sendable (FilePath) throws -> any RemoteHostConnector) {
        self.peer = peer
        self.connector = connector
    }

    /// Logs in with a key that is let in, or is refused for its kind: either is the row's outcome.
    ///
    /// - Returns: the refusal, where there was one.
    @discardableResult
    package func logIn(with key: SSHKeyFile, named name: String) async throws -> RemoteHostError? {
        var refusal: RemoteHostError?
        try await SSHTable.row(.peers, name, on: peer) {
            do {
                let result = try await connector(key.path).withConnection(to: "peer") { host in
                    try await host.run(Command("echo $SSH_CONNECTION", deadline: .seconds(20)))
                }
                #expect(result.outputText.contains("127.0.0.1"))
                return "let in"
            } catch let error as RemoteHostError where error.code == .authenticationFailed {
                refusal = error
                return "\(error.code): \(SSHTableText.stable(error.message))"
            }
        }
        return refusal
    }

    /// Offers a key that the server does not know.
    package func refuse(_ key: SSHKeyFile) async {
        let error = await SSHTable.failure(.peers, "a key that it does not know", on: peer) {
            try await connector(key.path).withConnection(to: "peer") { _ in }
        }
        #expect(error?.code == .authenticationFailed)
    }

    /// Runs commands: their statuses, a megabyte in and out, several at a time.
    package func runCommands(with key: SSHKeyFile) async throws {
        try await connector(key.path).withConnection(to: "peer") { host in
            try await SSHTable.row(.peers, "exit status, standard output and standard error", on: peer) {
                let result = try await host.run(Command("echo out; echo err >&2; exit 7", deadline: .seconds(20)))
                #expect(result.exit == .status(7))
                #expect(result.outputText == "out\n")
                #expect(result.errorText == "err\n")
                return "passed on"
            }
            try await SSHTable.row(.peers, "a script that a signal ends", on: peer) {
                let result = try await host.run(Command("kill -TERM $$", deadline: .seconds(20)))
                #expect(result.exit == .signal("TERM"))
                return "signal TERM"
            }
            try await SSHTable.row(.peers, "1 MB in and out", on: peer) {
                let bytes = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 9)) }
                let result = try await host.run(Command("cat", input: bytes, deadline: .seconds(60)))
                #expect(result.standardOutput == bytes)
                return "the same bytes"
            }
            try await SSHTable.row(.peers, "eight commands at a time on one connection", on: peer) {
                try await runEightAtATime(on: host)
                return "each its own result"
            }
        }
    }

    /// None ends before all have printed: dropbear 2022.83 hangs up when one ends while another is opened
    /// (https://github.com/mkj/dropbear/pull/326).
    private func runEightAtATime(on host: any RemoteHost) async throws {
        let printing = AsyncStream.makeStream(of: Void.self)
        let inputs = (0..<8).map { _ in AsyncStream.makeStream(of: [UInt8].self) }
        try await withThrowingTaskGroup { group in
            for (number, later) in inputs.enumerated() {
                group.addTask {
                    defer { printing.continuation.finish() }
                    let input = [UInt8](repeating: UInt8(number), count: 100_000)
                    let hasPrinted = Mutex(false)
                    let result = try await host.run(
                        Command(
                            "cat; exit \(number)",
                            input: input,
                            laterInput: later.stream,
                            deadline: .seconds(60)
                        ),
                        onOutput: { _ in
                            let isFirst = hasPrinted.withLock { hasPrinted in
                                defer { hasPrinted = true }
                                return !hasPrinted
                            }
                            if isFirst { printing.continuation.yield() }
                        }
                    )
                    #expect(result.standardOutput == input)
                    #expect(result.exit == .status(Int32(number)))
                }
            }
            var count = 0
            for await _ in printing.stream {
                count += 1
                if count == inputs.count { break }
            }
            for later in inputs { later.continuation.finish() }
            try await group.waitForAll()
        }
    }
}
