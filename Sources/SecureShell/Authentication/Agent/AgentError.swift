import SystemPackage

/// Why an agent gave no answer that is of use.
struct AgentError: Error, Sendable, Hashable {
    /// The agent's socket.
    var socket: FilePath
    /// What went wrong.
    var reason: Reason

    /// What can go wrong with an agent.
    enum Reason: Error, Sendable, Hashable {
        /// Nobody listens there; why, in a few words.
        case unreachable(String)
        /// It took too long.
        case timedOut(Duration)
        /// It closed the connection without an answer.
        case closed
        /// What it said is no answer.
        case garbage
        /// It said no.
        case refused
    }

    /// The error in one line.
    var message: String {
        switch reason {
        case .unreachable(let why): "the agent at \(socket) cannot be reached: \(why)"
        case .timedOut(let limit): "the agent at \(socket) did not answer within \(limit.spelledOut)"
        case .closed: "the agent at \(socket) closed the connection without an answer"
        case .garbage: "the agent at \(socket) answered something that is not the agent protocol"
        case .refused: "the agent at \(socket) refused"
        }
    }
}
