import Provisioning
import RemoteHost

/// Changes that run in one script on a host: the board is told of each as it ends.
///
/// The script is given up where one change takes too long, and where the run has lost its lock: the connection is closed
/// then, and the script ends with the change that it is at.
struct ChangeScript: Sendable {
    let work: HostWork
    let changes: [Schedule.PlannedChange]

    private enum Ending: Sendable {
        case ended(Result<CommandResult, RemoteHostError>)
        case tooSlow
        case lockLost(RunLock.Failure)
        case cancelled
    }

    /// Runs the script to its end.
    func run(on remote: any RemoteHost) async throws {
        work.publish(.applying(host: work.host.name, changes: changes.map(\.change.summary)))
        let joint = JointChanges(changes)
        let script = FramedScript(applying: joint.steps, lock: work.changeLock, nonce: .randomMark())
        let progress = ChangeProgress(nonce: script.nonce)
        let (frames, continuation) = AsyncStream.makeStream(of: FrameParser.Frame.self)
        let limit = work.deadlines.change

        async let answered = tell(frames, joint)
        let ending = await withTaskGroup(of: Ending.self) { group in
            group.addTask {
                defer { continuation.finish() }
                return await execute(script, on: remote) { bytes in
                    let news = progress.consume(bytes)
                    if let lock = news.lock { tell(lock) }
                    for frame in news.frames { continuation.yield(frame) }
                }
            }
            group.addTask {
                do { try await progress.wait(for: limit) } catch { return .cancelled }
                return .tooSlow
            }
            group.addTask {
                guard let failure = await work.lock.waitForLoss() else { return .cancelled }
                return .lockLost(failure)
            }
            let first = await group.next() ?? .cancelled
            group.cancelAll()
            return first
        }
        let last = await answered
        let summary = changes.indices.contains(last) ? changes[last].change.summary : "its last change"
        switch (ending, progress.lock) {
        case (.lockLost(let failure), _): throw failure
        case (.tooSlow, .held(let holder)), (.ended(.success), .held(let holder)):
            throw HostFailure.locked(by: holder)
        case (.tooSlow, _): throw HostFailure.slowChange(summary, limit)
        case (.ended(.failure(let error)), _):
            throw error.code == .timedOut ? HostFailure.slowChange(summary, limit) : error
        case (.ended(.success(let result)), _):
            if !progress.isComplete {
                throw HostFailure(endedEarly: result, work.host.privilege, during: "'\(summary)'")
            }
        case (.cancelled, _): throw CancellationError()
        }
    }

    private func execute(
        _ script: FramedScript,
        on remote: any RemoteHost,
        _ take: @escaping @Sendable ([UInt8]) -> Void
    ) async -> Ending {
        // Each change has its own time; this bounds them all, and the wait for the host's lock.
        let deadline = work.deadlines.change * (changes.count + 2) + .seconds(60)
        do throws(RemoteHostError) {
            let command = Command.script(script.text, privilege: work.host.privilege, deadline: deadline)
            return .ended(
                .success(
                    try await remote.run(command) { chunk in
                        if case .standardOutput(let bytes) = chunk { take(bytes) }
                    }
                )
            )
        } catch {
            return .ended(.failure(error))
        }
    }

    /// Tells the board of each change as it ends.
    ///
    /// - Returns: the place of the first that has not ended.
    private func tell(_ frames: AsyncStream<FrameParser.Frame>, _ joint: JointChanges) async -> Int {
        var answered: Set<Int> = []
        // What was done counts once a later look has found it so.
        var unchecked: [Int: ProbeOutput] = [:]
        for await frame in frames where joint.places.indices.contains(frame.index) {
            let places = joint.places[frame.index]
            answered.formUnion(places)
            var output = frame.output
            if let first = unchecked.removeValue(forKey: frame.index) {
                if output.ending == .skipped || output.hasSucceeded { output = first }
            } else if output.hasSucceeded, !joint.steps[frame.index].change.laterCheck.isEmpty {
                unchecked[frame.index] = output
                continue
            }
            for place in places { await work.board.applied(changes[place].id, output) }
        }
        return changes.indices.first { !answered.contains($0) } ?? changes.count
    }

    /// Tells people how the script stands with its host's lock.
    private func tell(_ lock: FrameParser.Lock) {
        switch lock {
        case .unknown, .taken: break
        case .held(let holder):
            work.publish(.warning(host: work.host.name, message: "waits for another run's change: \(holder)"))
        case .missing(let reason):
            let message = "its changes are not kept apart from those of other runs: \(reason)"
            work.publish(.warning(host: work.host.name, message: message))
        }
    }
}
