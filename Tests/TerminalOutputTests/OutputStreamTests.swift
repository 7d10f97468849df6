import SystemPackage
import TerminalOutput
import Testing

@Suite("Output streams")
struct OutputStreamTests {
    @Test("A reader that is gone ends nothing, not even a program that has asked for no special treatment")
    func closedReader() async {
        await #expect(processExitsWith: .success) {
            let pipe = try FileDescriptor.pipe()
            let output = OutputStream(pipe.writeEnd)
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
        let output = OutputStream(full)
        #expect(output.failure == nil)
        output.write("lost\n")
        output.write("lost too\n")
        #expect(output.failure == .noSpace)
    }
}
