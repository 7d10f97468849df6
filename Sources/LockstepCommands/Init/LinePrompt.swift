import SystemPackage
import TerminalOutput

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Asks a person on the terminal, which edits the line that is typed; its modes stay as they are.
struct LinePrompt: AnswerSource {
    private let input: FileDescriptor
    private let output: FileDescriptor

    /// Finds the terminal behind standard input, and behind standard error to show questions on; none without both.
    init?(input: FileDescriptor = .standardInput, output: FileDescriptor = .standardError) {
        guard TerminalSize.isTerminal(input.rawValue), TerminalSize.isTerminal(output.rawValue) else { return nil }
        self.input = input
        self.output = output
    }

    func line(after prompt: String) throws(NoAnswer) -> String {
        _ = try? output.writeAll(prompt.utf8)
        let watch = SignalWatch()
        defer { watch.stop() }
        var bytes: [UInt8] = []
        while bytes.last != UInt8(ascii: "\n") {
            if watch.takeInterrupt() {
                _ = try? output.writeAll("\n".utf8)
                throw .interrupted
            }
            // Another signal ends the program as it would have; nothing is half done.
            if watch.wasSignalled { throw .ended }
            var waiting = pollfd(fd: input.rawValue, events: Int16(POLLIN), revents: 0)
            // A signal can arrive on any thread, so that this one is not always woken by it.
            guard poll(&waiting, 1, 100) > 0 else { continue }
            var byte: UInt8 = 0
            let count = (try? withUnsafeMutableBytes(of: &byte) { try input.read(into: $0) }) ?? 0
            guard count > 0 else {
                _ = try? output.writeAll("\n".utf8)
                throw .ended
            }
            bytes.append(byte)
        }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}
