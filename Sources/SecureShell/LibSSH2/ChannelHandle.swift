import CLibSSH2
import NIOCore

/// One command's channel; it lives in its session's memory and so keeps the session.
@safe struct ChannelHandle: ~Copyable {
    private let pointer: OpaquePointer
    private let session: SessionHandle

    /// Takes over a channel that the session has just opened.
    init(pointer: OpaquePointer, session: SessionHandle) {
        unsafe self.pointer = unsafe pointer
        self.session = session
    }

    deinit {
        // A channel that both sides have closed goes at once; any other goes with its session.
        _ = unsafe libssh2_channel_free(pointer)
    }

    /// An output stream of a command, by its number in the protocol.
    enum Stream: Int32 {
        /// Standard output.
        case standardOutput = 0
        /// Standard error.
        case standardError = 1
    }

    /// Asks for a terminal that changes no byte, in either direction, and shows none back.
    borrowing func requestTerminal() -> Attempt<Void> {
        let name = "dumb"
        return session.outcome(
            of: Int(
                unsafe Self.rawModes.withUnsafeBytes { modes in
                    unsafe libssh2_channel_request_pty_ex(
                        pointer,
                        name,
                        UInt32(name.utf8.count),
                        modes.baseAddress?.assumingMemoryBound(to: CChar.self),
                        UInt32(modes.count),
                        80,
                        24,
                        0,
                        0
                    )
                }
            )
        ).withoutValue
    }

    /// The terminal modes to be off, each with its value in four bytes, and the end of the list (RFC 4254 section 8).
    private static let rawModes: [UInt8] = {
        let off: [UInt8] = [
            31, 32, 33,  // PARMRK, INPCK, ISTRIP
            34, 35, 36, 37,  // INLCR, IGNCR, ICRNL, IUCLC
            38, 39, 40,  // IXON, IXANY, IXOFF
            50, 51, 53, 54, 55, 56, 59,  // ISIG, ICANON, ECHO, ECHOE, ECHOK, ECHONL, IEXTEN
            70, 71, 72, 73, 74, 75,  // OPOST, OLCUC, ONLCR, OCRNL, ONOCR, ONLRET
        ]
        return off.flatMap { [$0, 0, 0, 0, 0] } + [0]
    }()

    /// Starts a command by the login shell.
    borrowing func execute(_ line: String) -> Attempt<Void> {
        let request = "exec"
        return session.outcome(
            of: Int(
                unsafe libssh2_channel_process_startup(
                    pointer,
                    request,
                    UInt32(request.utf8.count),
                    line,
                    UInt32(line.utf8.count)
                )
            )
        ).withoutValue
    }

    /// Writes bytes to the command's standard input; says how many the host's window had room for.
    ///
    /// After `wouldBlock` the next try must begin with the same bytes.
    borrowing func write(_ bytes: ByteBuffer) -> Attempt<Int> {
        session.outcome(
            of: unsafe bytes.withUnsafeReadableBytes { source in
                unsafe libssh2_channel_write_ex(
                    pointer,
                    0,
                    source.baseAddress?.assumingMemoryBound(to: CChar.self),
                    source.count
                )
            }
        )
    }

    /// Ends the command's standard input.
    borrowing func sendEndOfFile() -> Attempt<Void> {
        session.outcome(of: Int(unsafe libssh2_channel_send_eof(pointer))).withoutValue
    }

    /// Reads what has arrived of an output stream into `target`; no bytes mean that there are none and may never be.
    borrowing func read(_ stream: Stream, into target: inout ByteBuffer) -> Attempt<Int> {
        var answer = 0
        unsafe target.writeWithUnsafeMutableBytes(minimumWritableBytes: 32768) { room in
            answer = unsafe libssh2_channel_read_ex(
                pointer,
                stream.rawValue,
                room.baseAddress?.assumingMemoryBound(to: CChar.self),
                room.count
            )
            return max(0, answer)
        }
        return session.outcome(of: answer)
    }

    /// Whether the command's output has ended and all of it was read.
    var isAtEndOfFile: Bool { unsafe libssh2_channel_eof(pointer) == 1 }

    /// Waits for the host to close the channel, which it does when the command has ended.
    borrowing func waitForHostToClose() -> Attempt<Void> {
        session.outcome(of: Int(unsafe libssh2_channel_wait_closed(pointer))).withoutValue
    }

    /// Closes this side of the channel.
    borrowing func close() -> Attempt<Void> {
        session.outcome(of: Int(unsafe libssh2_channel_close(pointer))).withoutValue
    }

    /// Whether the closed channel can still serve to listen for what the host says of the connection as a whole.
    ///
    /// Only a wide window is sure not to be widened by `listen`, which would concern another channel by now.
    var canListen: Bool {
        var initial: UInt = 0
        let open = unsafe libssh2_channel_window_read_ex(pointer, nil, &initial)
        return open >= initial / 4 * 3
    }

    /// Takes in what has arrived for the connection as a whole, and answers it where an answer is due.
    ///
    /// libssh2 has no call for that; a read of nothing from a closed channel does no more.
    borrowing func listen() -> Attempt<Void> {
        session.outcome(of: unsafe libssh2_channel_read_ex(pointer, 0, nil, 0)).withoutValue
    }

    /// The command's exit status; only valid after the host closed the channel, and only without a signal.
    var exitStatus: Int32 { unsafe libssh2_channel_get_exit_status(pointer) }

    /// The name of the signal that ended the command, without "SIG".
    var exitSignal: String? {
        var name: UnsafeMutablePointer<CChar>?
        var length = 0
        guard
            unsafe libssh2_channel_get_exit_signal(pointer, &name, &length, nil, nil, nil, nil) == 0,
            let name = unsafe name
        else { return nil }
        defer { unsafe session.release(name) }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: name, count: length), as: UTF8.self)
    }
}
