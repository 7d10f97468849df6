#if os(Linux)
    import Glibc
    import LockstepTestSupport
    import SecureShell
    import SystemPackage
    import Testing

    @Suite("The end of the process", .timeLimit(.minutes(2)))
    struct ProcessExitTests {
        @Test("A process that ends while connections are in the making ends as it was told to")
        func exitAmidConnections() async throws {
            try await LoopbackSSHServer.with { server in
                let (port, user, folder) = (server.port, server.user, server.directory.path.string)
                // Each of them ends at another moment of the key exchanges.
                for milliseconds in stride(from: 60, to: 260, by: 10) {
                    await #expect(processExitsWith: .exitCode(7)) {
                        [
                            port = port as Int, user = user as String, folder = folder as String,
                            milliseconds = milliseconds as Int
                        ] in
                        let folder = FilePath(folder)
                        let connector = SSHConnector(
                            destinations: [
                                SSHDestination(
                                    name: "host",
                                    address: "127.0.0.1",
                                    port: port,
                                    user: user,
                                    credentials: SSHCredentials(identityFiles: [folder.appending("client")])
                                )
                            ],
                            knownHosts: try KnownHosts(files: [folder.appending("known_hosts")])
                        )
                        for _ in 0..<8 {
                            Task {
                                while true { try? await connector.withConnection(to: "host") { _ in } }
                            }
                        }
                        try await Task.sleep(for: .milliseconds(milliseconds))
                        exit(7)
                    }
                }
            }
        }
    }
#endif
