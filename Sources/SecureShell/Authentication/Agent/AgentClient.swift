import NIOCore
import NIOPosix
import RemoteHost
import SystemPackage

/// Asks an ssh-agent; each question has a connection and a deadline of its own, and blocks nobody.
struct AgentClient: Sendable {
    /// The agent's socket.
    var socket: FilePath
    /// How long it may take to say which keys it holds.
    var listLimit = Duration.seconds(5)
    /// How long a signature may take; an agent may ask its owner first.
    var signLimit = Duration.seconds(60)

    /// The keys that it holds.
    func identities() async throws(AgentError) -> [AgentIdentity] {
        do throws(AgentError.Reason) {
            return try AgentMessage.identities(in: try await ask(AgentMessage.requestIdentities, within: listLimit))
        } catch {
            throw AgentError(socket: socket, reason: error)
        }
    }

    /// Signs with one of its keys; the signature comes without its algorithm's name.
    func signature(
        of data: [UInt8],
        by key: HostKey,
        algorithm: String,
        within limit: Duration
    ) async throws(AgentError) -> [UInt8] {
        let request = AgentMessage.signRequest(key: key, data: data, algorithm: algorithm)
        do throws(AgentError.Reason) {
            return try AgentMessage.signature(in: try await ask(request, within: min(limit, signLimit)))
        } catch {
            throw AgentError(socket: socket, reason: error)
        }
    }

    private func ask(_ request: [UInt8], within limit: Duration) async throws(AgentError.Reason) -> [UInt8] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: [UInt8].self)
        let deadline = loop.scheduleTask(in: TimeAmount(limit)) { answer.fail(AgentError.Reason.timedOut(limit)) }
        let connected = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(limit))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let exchange = AgentExchange(request: request, answer: answer)
                    try channel.pipeline.syncOperations.addHandler(exchange)
                }
            }
            .connect(unixDomainSocketPath: socket.string)
        connected.whenFailure { answer.fail($0) }
        answer.futureResult.whenComplete { _ in
            deadline.cancel()
            connected.whenSuccess { $0.close(promise: nil) }
        }
        do {
            return try await answer.futureResult.get()
        } catch let reason as AgentError.Reason {
            throw reason
        } catch let error as IOError {
            throw .unreachable("\(Errno(rawValue: Int32(error.errnoCode)))")
        } catch {
            throw .unreachable("\(error)")
        }
    }
}
