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
        let steps = changes.map { FramedScript.Step($0.change, chains: $0.chains) }
        let script = FramedScript(applying: steps, lock: work.changeLock, nonce: .randomMark())
        let progress = ChangeProgress(nonce: script.nonce)
        let (frames, continuation) = AsyncStream.makeStream(of: FrameParser.Frame.self)
        let limit = work.deadlines.change

        async let answered = tell(frames)
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
    private func tell(_ frames: AsyncStream<FrameParser.Frame>) async -> Int {
        var answered = 0
        // What was done counts once a later look has found it so.
        var unchecked: [Int: ProbeOutput] = [:]
        for await frame in frames where changes.indices.contains(frame.index) {
            answered = max(answered, frame.index + 1)
            let planned = changes[frame.index]
            if let first = unchecked.removeValue(forKey: frame.index) {
                let holds = frame.output.ending == .skipped || frame.output.hasSucceeded
                await work.board.applied(planned.id, holds ? first : frame.output)
            } else if frame.output.hasSucceeded, !planned.change.laterCheck.isEmpty {
                unchecked[frame.index] = frame.output
            } else {
                await work.board.applied(planned.id, frame.output)
            }
        }
        return answered
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
