import FleetRunner
import RemoteHost
import Synchronization
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Asks for a secret on the terminal, whatever standard input and output are; what is typed is not shown.
struct SecretPrompt: Sendable {
    /// Why there is no answer.
    enum Failure: Error {
        /// This process has no terminal.
        case noTerminal
    }

    /// The terminal's device.
    var terminal: FilePath = "/dev/tty"

    /// Whether there is a terminal to ask on.
    var isPossible: Bool {
        guard let file = try? open() else { return false }
        try? file.close()
        return true
    }

    /// Asks; `nil` where the answer is empty. Ctrl-C ends the program, with the terminal as it was.
    func ask(_ question: String) throws(Failure) -> Secret? {
        let file = try open()
        defer { try? file.close() }
        let watch = SignalWatch()
        guard let mode = TerminalMode(hidingInputOf: file.rawValue) else {
            watch.stop()
            throw .noTerminal
        }
        // The live display's line may stand there.
        _ = try? file.writeAll("\r\u{1b}[K\(question)".utf8)
        var line = TypedLine()
        while line.isOpen, !watch.wasSignalled {
            var waiting = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
            // A signal can arrive on any thread, so that this one is not always woken by it.
            guard poll(&waiting, 1, 100) > 0 else { continue }
            var byte: UInt8 = 0
            let count = (try? withUnsafeMutableBytes(of: &byte) { try file.read(into: $0) }) ?? 0
            if count > 0 { line.type(byte) } else { line.type(TypedLine.endOfFile) }
        }
        _ = try? file.writeAll("\r\n".utf8)
        mode.restore()
        watch.stop()
        if line.isInterrupted { exit(RunExitCode.interrupted) }
        return line.text.isEmpty ? nil : Secret(line.text)
    }

    private func open() throws(Failure) -> FileDescriptor {
        do {
            return try FileDescriptor.open(terminal, .readWrite, options: .closeOnExec)
        } catch {
            throw .noTerminal
        }
    }
}
