import FleetRunner
import LockstepTestSupport
import Playbooks
import Propagation
import Provisioning
import RemoteHost
import Synchronization
import Testing

/// Connections that a test has prepared: a host, or the reason for which there is none.
struct FakeConnector: RemoteHostConnector {
    var hosts: [String: any RemoteHost] = [:]
    var errors: [String: RemoteHostError] = [:]
    /// What happens before there is a connection.
    var whileConnecting: @Sendable () async -> Void = {}
    /// What happens when a host's connection is closed.
    var onClose: @Sendable (String) -> Void = { _ in }

    func withConnection<Value: Sendable>(
        to name: String,
        _ body: (any RemoteHost) async throws -> Value
    ) async throws -> Value {
        await whileConnecting()
        if let error = errors[name] { throw error }
        guard let host = hosts[name] else { throw RemoteHostError(.unreachable, "no such host in this test") }
        defer { onClose(name) }
        return try await body(host)
    }
}

/// A host that hands its commands on, and remembers them.
final class CountingHost: RemoteHost {
    private let host: any RemoteHost
    private let state = Mutex<(commands: [Command], running: Int, most: Int)>(([], 0, 0))

    init(_ host: any RemoteHost) { self.host = host }

    var name: String { host.name }
    /// The scripts that were run, in their order.
    var scripts: [String] { state.withLock { $0.commands.map(\.inputText) } }
    /// How many commands have run at the same time, at most.
    var mostAtOnce: Int { state.withLock(\.most) }

    func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        state.withLock {
            $0.commands.append(command)
            $0.running += 1
            $0.most = max($0.most, $0.running)
        }
        defer { state.withLock { $0.running -= 1 } }
        return try await host.run(command, onOutput: onOutput)
    }
}

/// A host that runs nothing.
struct RefusingHost: RemoteHost {
    var name: String
    var refusal: RemoteHostError

    func run(
        _ command: Command,
        onOutput: (@Sendable (OutputChunk) -> Void)?
    ) async throws(RemoteHostError) -> CommandResult {
        throw refusal
    }
}

/// Hosts of no substance, for playbooks of notes: each answers the engine's scripts from a table, at once.
final class NoteFleet: Sendable {
    private struct State {
        var running: [String: Int] = [:]
        var most = 0
        var mostScripts: [String: Int] = [:]
        var finished: [String: Int] = [:]
    }

    private let state = Mutex(State())
    /// What the notes' probes print; `change` where nothing is said.
    private let seen: [String: String]
    /// What happens while a host looks or changes; the first word is `look` or `make`.
    private let during: @Sendable (String, String) async -> Void

    init(seeing seen: [String: String] = [:], during: @escaping @Sendable (String, String) async -> Void = { _, _ in })
    {
        self.seen = seen
        self.during = during
    }

    /// How many hosts have looked or changed at the same time, at most.
    var mostAtOnce: Int { state.withLock { $0.most } }
    /// How many scripts a host has run at the same time, at most, the lock's apart.
    func mostScripts(on host: String) -> Int { state.withLock { $0.mostScripts[host] ?? 0 } }
    /// How many scripts a host has run, the lock's apart.
    func scripts(on host: String) -> Int { state.withLock { $0.finished[host] ?? 0 } }

    func host(_ name: String) -> ScriptedHost {
        ScriptedHost(
            name: name,
            [
                lock.always,
                ScriptedHost.Answer("looks", when: { $0.inputText.contains("\n: note ") }) { command, output in
                    await self.work("look", name)
                    output.append(.standardOutput(self.looked(command)))
                    return .status(0)
                }.always,
                ScriptedHost.Answer("makes", when: { $0.inputText.contains("\n: make ") }) { command, output in
                    await self.work("make", name)
                    output.append(.standardOutput(self.frames(command, ": make ") { "\($0) of \(name)" }))
                    return .status(0)
                }.always,
            ]
        )
    }

    private func work(_ what: String, _ name: String) async {
        state.withLock {
            $0.running[name, default: 0] += 1
            $0.most = max($0.most, $0.running.values.count { $0 > 0 })
            $0.mostScripts[name] = max($0.mostScripts[name] ?? 0, $0.running[name] ?? 0)
            $0.finished[name, default: 0] += 1
        }
        await during(what, name)
        state.withLock { $0.running[name, default: 0] -= 1 }
    }

    /// The lock: taken at once, held until the input ends.
    private let lock = ScriptedHost.Answer("lock", when: { $0.inputText.contains("lockstep-locked") }) {
        command,
        output in
        output.append(.standardOutput(Array("lockstep-locked\n".utf8)))
        if let lines = command.laterInput { for await _ in lines {} }
        return .status(0)
    }

    private func looked(_ command: Command) -> [UInt8] {
        command.answers { seen[String($0.dropFirst(": note ".count))] ?? "change" }
    }

    private func frames(_ command: Command, _ mark: String, _ answer: (String) -> String) -> [UInt8] {
        let lines = command.inputText.split(separator: "\n")
        let nonce = lines.first { $0.hasPrefix("nonce=") }?.dropFirst("nonce=".count) ?? ""
        var text = ""
        for (index, line) in lines.filter({ $0.hasPrefix(mark) }).enumerated() {
            let body = answer(String(line.dropFirst(mark.count)))
            text += "\n\(nonce) \(index) ended 0 \(body.utf8.count) 0\n\(body)"
        }
        return Array((text + "\n\(nonce) end\n").utf8)
    }
}

/// The events of a run, collected.
final class EventLog: Sendable {
    private let events = Mutex<[RunEvent]>([])

    @Sendable func publish(_ event: RunEvent) { events.withLock { $0.append(event) } }
    var all: [RunEvent] { events.withLock { $0 } }
    /// The reports on tasks.
    var tasks: [TaskReport] {
        all.compactMap { if case .task(let report) = $0 { report } else { nil } }
    }
}
