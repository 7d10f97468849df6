import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import TerminalOutput

@Suite("Output streams", .timeLimit(.minutes(1)))
struct OutputStreamTests {
    @Test("A reader that is gone ends nothing, not even a program that has asked for no special treatment")
    func closedReader() async {
        await #expect(processExitsWith: .success) {
            let pipe = try FileDescriptor.pipe()
            let output = TerminalOutput.OutputStream(pipe.writeEnd)
            output.write("read\n")
            try pipe.readEnd.close()
            for _ in 0..<3 { output.write("never read\n") }
            if output.failure != nil { throw Errno.badFileDescriptor }
        }
    }

    @Test("Text comes through whole, more of it than a pipe holds too")
    func whole() async throws {
        let text = String(repeating: "žluťoučký 🐎\n", count: 20_000)
        #expect(try await captured { $0.write(text) } == text)
    }

    @Test("A disk that is full is remembered, and ends nothing")
    func fullDisk() throws {
        let full = try FileDescriptor.open("/dev/full", .writeOnly)
        defer { try? full.close() }
        let output = TerminalOutput.OutputStream(full)
        #expect(output.failure == nil)
        output.write("lost\n")
        output.write("lost too\n")
        #expect(output.failure == .noSpace)
    }

    /// A reader who sleeps until he is woken, or for twenty seconds: whoever waited for him goes on then.
    private final class Reader: Sendable {
        private let state = Mutex(false)
        var isAwake: Bool { state.withLock(\.self) }

        func wake() { state.withLock { $0 = true } }

        func sleep() {
            let end = ContinuousClock.now + .seconds(20)
            while !isAwake, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.01) }
            wake()
        }
    }

    /// Runs `body` with a pipe whose reader sleeps first, and returns what that reader got in the end.
    private func withSleepingReader(
        _ body: (TerminalOutput.OutputStream, Reader) async throws -> Void
    ) async throws -> [UInt8] {
        let pipe = try FileDescriptor.pipe()
        let reader = Reader()
        let (chunks, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        Thread.detachNewThread {
            reader.sleep()
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while let count = try? chunk.withUnsafeMutableBytes({ try pipe.readEnd.read(into: $0) }), count > 0 {
                continuation.yield(Array(chunk.prefix(count)))
            }
            continuation.finish()
        }
        try await body(TerminalOutput.OutputStream(pipe.writeEnd), reader)
        try pipe.writeEnd.close()
        var read: [UInt8] = []
        for await chunk in chunks { read += chunk }
        try pipe.readEnd.close()
        return read
    }

    @Test("Who writes does not wait for a reader who sleeps, and nothing is lost")
    func sleepingReader() async throws {
        let line = String(repeating: "x", count: 1 << 18) + "\n"
        let read = try await withSleepingReader { output, reader in
            for _ in 0..<8 { output.write(line) }
            #expect(!reader.isAwake)
            reader.wake()
            await output.drain()
        }
        #expect(read == Array(String(repeating: line, count: 8).utf8))
    }

    @Test("Of a line that moves, a reader who was behind gets the latest state, and every other line")
    func frames() async throws {
        let read = try await withSleepingReader { output, reader in
            output.write(String(repeating: "x", count: 1 << 17) + "\n")
            for number in 0..<1000 { output.write(frame: "\rfirst \(number)") }
            output.write("an event\n")
            for number in 0..<1000 { output.write(frame: "\rsecond \(number)") }
            #expect(!reader.isAwake)
            reader.wake()
            await output.drain()
        }
        let text = String(decoding: read.drop { $0 == UInt8(ascii: "x") }, as: UTF8.self)
        #expect(text.split(separator: "\r").count < 20)
        // A state that was on its way when the next came is not replaced.
        #expect(text.contains("\rfirst 999an event\n\rsecond ") && text.hasSuffix("\rsecond 999"), "\(text)")
    }

    @Test("Of two streams with one queue neither loses what the other replaces, and all comes in its order")
    func twoStreams() async throws {
        let text = try await captured { file in
            _ = try await withSleepingReader { pipe, reader in
                let queue = OutputQueue()
                queue.add([UInt8](repeating: 0, count: 1 << 17), isFrame: false, to: pipe)
                for (word, stream) in [("1 ", file), ("", pipe), ("2 ", file), ("3 ", file), ("", pipe)] {
                    queue.add(Array(word.utf8), isFrame: true, to: stream)
                }
                queue.add(Array("end".utf8), isFrame: false, to: file)
                #expect(!reader.isAwake)
                reader.wake()
                await queue.drain()
            }
        }
        #expect(text.hasPrefix("1 ") && text.hasSuffix("3 end"), "\(text)")
    }
}
