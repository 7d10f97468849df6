import Provisioning
import RecordedAnswers
import Testing

@Suite("The files of recordings")
struct RecordingTests {
    @Test("What was recorded is read again byte for byte, whatever a host printed")
    func text() throws {
        var recording = Recording()
        recording.parts[.bare] = Recording.Part(answers: [
            ProbeOutput(text: "a line\n"), ProbeOutput(text: ""), ProbeOutput(text: "no end"),
            ProbeOutput(status: 3, bytes: [0x61, 0xFF, 0, 0x0D, 0x0A, 0x5C, 0x78], errorText: "why\r\n"),
            ProbeOutput(text: "back\\slash\n\n"),
        ])
        recording.parts[.master] = Recording.Part(answers: [ProbeOutput(text: "\n")], value: "x: yes\n")
        #expect(
            recording.text == #"""
                === bare
                --- answer 1
                a line
                --- answer 2
                --- answer 3, without a last line feed
                no end
                --- answer 4, escaped, without a last line feed
                a\xff\x00\x0d
                \\x
                --- errors 4, escaped
                why\x0d
                --- status 4
                3
                --- answer 5
                back\slash

                === master
                --- answer 1

                --- value
                x: yes

                """#
        )
        #expect(try Recording(parsing: recording.text) == recording)
    }

    @Test(
        "A file that is no recording is refused",
        arguments: [
            "text\n", "=== nowhere\n", "=== bare\ntext\n", "=== bare\n--- answer 2\n", "=== bare\n--- errors 1\n",
            "=== bare\n--- answer 1\n--- status 1\nbad\n", "=== bare\n--- other\n",
        ]
    )
    func malformed(text: String) {
        #expect(throws: Recording.Malformed.self) { try Recording(parsing: text) }
    }

    @Test("Keys, ids, processes, times and addresses are replaced, and different ones stay different")
    func details() {
        let key = "AAAAC3NzaC1lZDI1NTE5AAAAI" + String(repeating: "q", count: 43)
        let other = "AAAAC3NzaC1lZDI1NTE5AAAAI" + String(repeating: "z", count: 43)
        let id = String(repeating: "ab", count: 16)
        let details = FixedDetails(
            keys: [other],
            texts: [("10.77.0.2", "192.0.2.10")],
            amounts: [128: 8000],
            time: 1_796_000_000
        )
        func fixed(_ text: String, of kind: String = "file") -> String {
            details.fixed([ProbeOutput(text: "\(text)\n"), ProbeOutput(text: text)], of: kind)[1].text
        }
        #expect(
            fixed("k \(key) \(other) \(key)\n")
                == "k AAAAC3NzaC1lZDI1NTE5AAAA00000000000000000002 AAAAC3NzaC1lZDI1NTE5AAAA00000000000000000001 "
                + "AAAAC3NzaC1lZDI1NTE5AAAA00000000000000000002\n"
        )
        #expect(fixed("lockstep:\(id)") == "lockstep:00000000000000000000000000000001")
        #expect(fixed("\(id)\(id)") == "\(id)\(id)")
        #expect(fixed("/proc/77/fd /proc/7/fd /proc/77") == "/proc/1001/fd /proc/1002/fd /proc/1001")
        #expect(fixed("lockstep-lab-0123abcd 21:54:23") == "lockstep-lab-00000000 00:00:00")
        #expect(fixed("1796000100 1700000000 17960001000") == "1800000000 1700000000 17960001000")
        #expect(fixed("at 10.77.0.2") == "at 192.0.2.10")
        #expect(fixed("128 1280") == "128 1280")
        #expect(fixed("128 1280", of: "memory") == "8000 1280")
    }
}
