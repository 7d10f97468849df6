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

    /// Whether what is typed shows.
    var echoes: Bool {
        var mode = termios()
        return tcgetattr(screen.rawValue, &mode) == 0 && mode.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Types text.
    func type(_ text: String) throws {
        _ = try keyboard.writeAll(text.utf8)
    }

    /// What is shown, up to a text that must come.
    func shown(upTo end: String) throws -> String {
        var bytes: [UInt8] = []
        var byte = [UInt8](repeating: 0, count: 1)
        while !String(decoding: bytes, as: UTF8.self).contains(end) {
            guard try byte.withUnsafeMutableBytes({ try keyboard.read(into: $0) }) == 1 else { break }
            bytes += byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
