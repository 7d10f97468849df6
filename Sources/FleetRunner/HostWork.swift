import Propagation
import Provisioning
import RemoteHost
import Synchronization

/// What a run does on one host, over its one connection: look once, then apply what is due until nothing is left.
struct HostWork: Sendable {
    let host: RunHost
    let snippets: [String]
    let board: Board
    let window: ForkWindow
    let lock: RunLock
    let interruption: Interruption
    let deadlines: RunDeadlines
    let publish: @Sendable (RunEvent) -> Void

    /// Looks at the host: one command, whatever the number of tasks. Where there is none, as when only canaries are sent,
    /// it shows that scripts run with the rights that they need: a wrong password is tried here, once.
    func look(_ remote: any RemoteHost) async throws {
        var outputs: [Int: ProbeOutput] = [:]
        let clock = ContinuousClock()
        let start = clock.now
        let script = FramedScript(probing: snippets, nonce: .randomMark())
        let result = try await remote.run(
            .script(script.text, privilege: host.privilege, deadline: deadlines.probe)
        )
        var parser = FrameParser(nonce: script.nonce)
        for frame in parser.consume(result.standardOutput) { outputs[frame.index] = frame.output }
        guard parser.isComplete else {
            throw HostFailure(endedEarly: result, host.privilege, during: "the look at it")
        }
        publish(.probed(host: host.name, seconds: (clock.now - start).inSeconds))
        await board.observed(HostObservations(outputs: outputs), on: host.name)
    }

    /// Applies what is due until nothing is left.
    func applyUntilFinished(_ remote: any RemoteHost) async throws {
        while case .apply(let changes) = await board.nextStep(for: host.name) {
            do throws(RunLock.Failure) {
                try await lock.acquire()
            } catch {
                await board.withdraw(changes, because: error.message)
                throw error
            }
            let place = await window.enter()
            defer { place.leave() }
            // There may have been a long queue for the lock and the place.
            if interruption.isRequested {
                await board.withdraw(changes, because: "the run was interrupted")
            } else {
                try await apply(changes, remote)
            }
        }
    }

    /// Applies changes in one script, and tells the board of each as it ends.
    private func apply(_ changes: [Schedule.PlannedChange], _ remote: any RemoteHost) async throws {
        publish(.applying(host: host.name, changes: changes.map(\.change.summary)))
        let steps = changes.map { FramedScript.Step($0.change, chains: $0.chains) }
        let script = FramedScript(applying: steps, nonce: .randomMark())
        let parser = Mutex(FrameParser(nonce: script.nonce))
        let (frames, continuation) = AsyncStream.makeStream(of: FrameParser.Frame.self)
        let command = Command.script(script.text, privilege: host.privilege, deadline: deadlines.changes)

        async let execution: CommandResult = {
            defer { continuation.finish() }
            return try await remote.run(command) { chunk in
                guard case .standardOutput(let bytes) = chunk else { return }
                for frame in parser.withLock({ $0.consume(bytes) }) { continuation.yield(frame) }
            }
        }()
        var answered = 0
        for await frame in frames where changes.indices.contains(frame.index) {
            await board.applied(changes[frame.index].id, frame.output)
            answered = frame.index + 1
        }
        let result = try await execution
        guard parser.withLock({ $0.isComplete }) else {
            let last = changes.indices.contains(answered) ? changes[answered].change.summary : "its last change"
            throw HostFailure(endedEarly: result, host.privilege, during: "'\(last)'")
        }
    }
}

/// A script that did not come to its end on a host, though the connection held.
struct HostFailure: Error, Sendable, Hashable {
    /// What failed, in one line, without the host's name.
    var message: String
    /// What to try next.
    var hint: String

    init(endedEarly result: CommandResult, _ privilege: Privilege, during work: String) {
        switch result.exit {
        case .signal(let name): message = "its script was ended by the signal \(name) during \(work)"
        case .status(let status): message = "its script ended early, with status \(status), during \(work)"
        }
        if let words = result.errorText.splitAtLineFeeds().last { message += ": \(words)" }
        switch privilege {
        case .none: hint = "log in there and look whether 'sh -s' works; then run again"
        case .sudo(let user, _), .doas(let user, _):
            hint = "log in there and look whether 'sh -s' works as \(user); then run again"
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
