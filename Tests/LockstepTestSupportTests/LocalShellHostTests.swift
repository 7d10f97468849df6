import FoundationEssentials
import LockstepTestSupport
import RemoteHost
import Testing

@Suite("Local shell host", .timeLimit(.minutes(1)))
struct LocalShellHostTests {
    private let host = LocalShellHost()

    @Test("A script's output and status come back, both streams apart")
    func outputAndStatus() async throws {
        let result = try await host.run(.script("echo out; echo err >&2; exit 3", deadline: .seconds(10)))
        #expect(result.outputText == "out\n")
        #expect(result.errorText == "err\n")
        #expect(result.exit == .status(3))
    }

    @Test("A signal is not a status")
    func signal() async throws {
        let result = try await host.run(Command("kill -KILL $$", deadline: .seconds(10)))
        #expect(result.exit == .signal("KILL"))
    }

    @Test("More output and input than a pipe holds come through whole")
    func volume() async throws {
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let result = try await host.run(Command("tee /dev/stderr", input: bytes, deadline: .seconds(30)))
        #expect(result.standardOutput == bytes)
        #expect(result.standardError == bytes)
    }

    @Test("A conversation answers each line before the next is sent, and ends with the lines")
    func conversation() async throws {
        let (lines, sender) = AsyncStream.makeStream(of: [UInt8].self)
        let script = "echo ready; while read -r word; do echo \"got $word\"; done; echo over"
        let result = try await host.run(.conversation(script, lines: lines, deadline: .seconds(10))) { chunk in
            switch chunk {
            case .standardOutput(Array("ready\n".utf8)): sender.yield(Array("one\n".utf8))
            case .standardOutput(Array("got one\n".utf8)): sender.yield(Array("two\n".utf8))
            default: sender.finish()
            }
        }
        #expect(result.outputText == "ready\ngot one\ngot two\nover\n")
    }

    @Test("A command that does not read its input still has a result")
    func unreadInput() async throws {
        let (lines, sender) = AsyncStream.makeStream(of: [UInt8].self)
        defer { sender.finish() }
        let input = [UInt8](repeating: 10, count: 1_000_000)
        let command = Command("exec <&-; echo done", input: input, laterInput: lines, deadline: .seconds(10))
        let start = ContinuousClock.now
        #expect(try await host.run(command).outputText == "done\n")
        #expect(ContinuousClock.now - start < command.deadline, "it waits for nobody's input")
    }

    @Test("A command past its deadline is ended with all that it started, and is an error")
    func deadline() async throws {
        let mark = "0.\(UInt64.random(in: 1_000_000...9_999_999))"
        let script = "(trap '' HUP; exec sleep 60\(mark)) & sleep 61\(mark)"
        await #expect {
            try await host.run(.script(script, deadline: .milliseconds(300)))
        } throws: { error in
            (error as? RemoteHostError)?.code == .timedOut
        }
        #expect(try processes(with: mark) == [])
    }

    @Test("A cancelled command is ended with all that it started, and is an error")
    func cancellation() async throws {
        let mark = "0.\(UInt64.random(in: 1_000_000...9_999_999))"
        let (started, starter) = AsyncStream.makeStream(of: Void.self)
        let error = await withTaskGroup(of: RemoteHostError?.self) { group in
            group.addTask {
                do throws(RemoteHostError) {
                    let command = Command("echo started; sleep 60\(mark) & wait", deadline: .seconds(30))
                    _ = try await host.run(command) { _ in starter.finish() }
                    return nil
                } catch {
                    return error
                }
            }
            for await _ in started {}
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.code == .cancelled)
        #expect(try processes(with: mark) == [])
    }

    @Test("A cancelled command that cleans up after itself is given the time")
    func hangUp() async throws {
        let root = "/tmp/lockstep-test-support-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        let script = """
            finish() {
                trap '' HUP
                trap - EXIT
                sleep 0.1
                echo >done
                exit
            }
            trap finish EXIT HUP
            echo started
            while read -r word; do :; done
            exit
            """
        let (lines, sender) = AsyncStream.makeStream(of: [UInt8].self)
        defer { sender.finish() }
        let (started, starter) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let command = Command.conversation(script, lines: lines, deadline: .seconds(30))
                _ = try? await LocalShellHost(home: root).run(command) { _ in starter.finish() }
            }
            for await _ in started {}
            group.cancelAll()
        }
        #expect(FileManager.default.fileExists(atPath: root + "/done"))
    }

    @Test("A search path chooses the shell")
    func searchPath() async throws {
        let result = try await LocalShellHost(searchPath: "/nowhere").run(Command("sh -s", deadline: .seconds(10)))
        #expect(result.exit == .status(127))
    }

    /// The command lines of the processes that a test marked by their arguments.
    private func processes(with mark: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { process in
            guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return nil }
            let line = String(decoding: bytes, as: UTF8.self)
            return line.hasPrefix("sleep") && line.contains(mark) ? line : nil
        }
    }
}
