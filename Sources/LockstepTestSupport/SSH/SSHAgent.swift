import Foundation
import Subprocess
package import SystemPackage

/// A real ssh-agent of its own, for the time of a test.
package struct SSHAgent: Sendable {
    /// Its socket.
    package let socket: FilePath

    /// Lends an agent without keys, whose socket stands in a folder of the test, and stops it afterwards.
    package static func with<Value: Sendable>(
        in directory: TemporaryDirectory,
        _ body: (SSHAgent) async throws -> Value
    ) async throws -> Value {
        let agent = SSHAgent(socket: directory.path.appending("agent"))
        var platform = PlatformOptions()
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let outcome = try await Subprocess.run(
            .name("ssh-agent"),
            arguments: ["-D", "-a", agent.socket.string],
            platformOptions: platform,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            let result: Result<Value, any Error>
            do {
                try await agent.waitUntilReady()
                result = .success(try await body(agent))
            } catch {
                result = .failure(error)
            }
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))])
            return result
        }
        return try outcome.closureResult.get()
    }

    /// Gives it a key to hold, with its certificate where one stands beside it.
    package func add(_ key: FilePath) async throws {
        try await change([key.string])
    }

    /// Takes all keys away again.
    package func removeAll() async throws {
        try await change(["-D"])
    }

    /// Locks it with a password.
    package func lock(in directory: TemporaryDirectory) async throws {
        let answer = try directory.write("#!/bin/sh\necho secret\n", to: "askpass")
        try await runLocally("chmod", ["755", answer.string])
        try await change(["-x"], environment: ["SSH_ASKPASS": answer.string, "SSH_ASKPASS_REQUIRE": "force"])
    }

    private struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    private func change(_ arguments: [String], environment: [String: String] = [:]) async throws {
        let result = try await LocalProgram.run(
            "ssh-add",
            ["-q"] + arguments,
            environment: environment.merging(["SSH_AUTH_SOCK": socket.string]) { $1 }
        )
        guard result.status == 0 else { throw Failed(description: "ssh-add: \(result.error)") }
    }

    private func waitUntilReady() async throws {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            // It says 1 where there are no keys, and 2 where there is no agent.
            let list = try await LocalProgram.run("ssh-add", ["-l"], environment: ["SSH_AUTH_SOCK": socket.string])
            if list.status == 1 { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Failed(description: "ssh-agent did not start")
    }
}
