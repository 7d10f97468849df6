import Foundation
import SystemPackage

/// A terminal that a test types on and reads from.
struct TestTerminal: Sendable {
    /// The device that the program under test opens.
    let device: FilePath
    private let keyboard: FileDescriptor
    private let screen: FileDescriptor

    /// Lends a terminal.
    static func with<Value>(_ body: (TestTerminal) async throws -> Value) async throws -> Value {
        // Swift does not see posix_openpt and its like: they stand behind a macro. These are ioctl_tty(2)'s numbers.
        let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var unlocked: Int32 = 0
        var number: UInt32 = 0
        guard descriptor >= 0, ioctl(descriptor, setLock, &unlocked) == 0, ioctl(descriptor, getNumber, &number) == 0
        else { throw Errno(rawValue: errno) }
        let path = FilePath("/dev/pts/\(number)")
        let terminal = TestTerminal(
            device: path,
            keyboard: FileDescriptor(rawValue: descriptor),
            // Kept open, so that the terminal outlives the program's use of it.
            screen: FileDescriptor(rawValue: open(path.string, O_RDWR | O_NOCTTY))
        )
        defer {
            try? terminal.screen.close()
            try? terminal.keyboard.close()
        }
        return try await body(terminal)
    }

    /// Gives it a width.
    func resize(columns: UInt16) throws {
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(screen.rawValue, UInt(TIOCSWINSZ), &size) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Its modes, as bytes that can be compared.
    var modes: [UInt8] {
        var mode = termios()
        guard tcgetattr(screen.rawValue, &mode) == 0 else { return [] }
        return withUnsafeBytes(of: &mode) { Array($0) }
    }

    /// Whether what is typed shows.
    var echoes: Bool {
        var mode = termios()
        return tcgetattr(screen.rawValue, &mode) == 0 && mode.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Types text.
    func type(_ text: String) throws {
        _ = try keyboard.writeAll(text.utf8)
    }

    /// What is shown, up to a text that must come. No thread is held meanwhile: there are few, and others wait for them.
    func shown(upTo end: String) async throws -> String {
        let limit = ContinuousClock.now + .seconds(30)
        var bytes: [UInt8] = []
        var byte = [UInt8](repeating: 0, count: 1)
        while !String(decoding: bytes, as: UTF8.self).contains(end) {
            var waiting = pollfd(fd: keyboard.rawValue, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 0) == 0 {
                guard ContinuousClock.now < limit else {
                    throw NotShown(text: end, instead: String(decoding: bytes, as: UTF8.self))
                }
                try await Task.sleep(for: .milliseconds(5))
                continue
            }
            guard try byte.withUnsafeMutableBytes({ try keyboard.read(into: $0) }) == 1 else { break }
            bytes += byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A text that did not come within half a minute.
    struct NotShown: Error {
        var text, instead: String
    }
}
