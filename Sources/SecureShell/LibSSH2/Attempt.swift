import CLibSSH2

/// What came of one try at a libssh2 call.
///
/// The send side of the transport takes everything, so `wouldBlock` has one meaning only: more bytes must arrive first.
enum Attempt<Value: ~Copyable>: ~Copyable {
    /// The call is over and gave this.
    case done(Value)
    /// The same call must be tried again when bytes have arrived.
    case wouldBlock
    /// The call is over without a result.
    case failed(LibSSH2Error)
}

extension Attempt: Copyable where Value: Copyable {}
extension Attempt: Sendable where Value: Sendable & ~Copyable {}

extension Attempt where Value == Int {
    /// Reads the answer of a call that returns a count, or a negative error number.
    ///
    /// - Parameters:
    ///   - answer: what the call returned.
    ///   - lastError: reads the session's last error; asked at once, since the next call overwrites it.
    init(answer: Int, lastError: () -> LibSSH2Error) {
        switch answer {
        case 0...: self = .done(answer)
        case Int(LIBSSH2_ERROR_EAGAIN): self = .wouldBlock
        default:
            var error = lastError()
            // Some calls return a number without recording it.
            if error.code.rawValue != Int32(truncatingIfNeeded: answer) {
                error = LibSSH2Error(
                    code: LibSSH2Error.Code(rawValue: Int32(truncatingIfNeeded: answer)),
                    message: error.message
                )
            }
            self = .failed(error)
        }
    }

    /// The same without the count.
    var withoutValue: Attempt<Void> {
        switch self {
        case .done: .done(())
        case .wouldBlock: .wouldBlock
        case .failed(let error): .failed(error)
        }
    }
}

extension LibSSH2Error {
    /// Whether a call that returns nothing instead of a pointer only waits for bytes.
    var isWouldBlock: Bool { code.rawValue == LIBSSH2_ERROR_EAGAIN }
}
