import BuiltInPlaybooks
import Foundation
import LockstepTestSupport
import Playbooks
import SystemPackage
import Testing

@Suite("Unit templates")
struct UnitTemplateTests {
    @Test("The source of a unit is what systemd reads", arguments: HostileValues.lines)
    func valueIsCarried(value: String) async throws {
        let unitText = try #require(BuiltInPlaybooks.template(named: "lockstep-lsyncd@.service"))
        let text = try #require(BuiltInPlaybooks.template(named: "lockstep-lsyncd@.service.conf"))
        let template = try Template(named: "lockstep-lsyncd@.service.conf", text: text)
        #expect(template.variables == ["copies", "run_directories", "sources"])
        // systemd wants a path; it simplifies one that ends in a slash.
        let source = "/" + value.replacing("/", with: "_")
        let name = "lockstep-lsyncd@a-b.c_d@edge-1.x.service"
        let values = [
            "copies": "LOCKSTEP_COPIES=a b", "run_directories": "lockstep/a\nlockstep/b",
            "sources": "\(source)\n/srv/b",
        ]
        let unit = try await Self.asRead(name, unitText, dropIn: template.render(values))
        #expect(unit.settings["RequiresMountsFor"]?.contains(source == "/" ? "/" : source) == true, "\(unit.log)")
        #expect(unit.settings["RequiresMountsFor"]?.contains("/srv/b") == true, "\(unit.log)")
        #expect(unit.settings["RequiresMountsFor"]?.contains("/run/lockstep/b") == true, "\(unit.log)")
        #expect(unit.settings["RequiresMountsFor"]?.contains("/var/lib/lockstep/b") == true, "\(unit.log)")
        #expect(unit.settings["Environment"]?.contains("LOCKSTEP_COPIES=a b") == true, "\(unit.log)")
        #expect(unit.settings["RequiresMountsFor"]?.contains("/run/lockstep/a-b.c_d@edge-1.x") == true, "\(unit.log)")
        let complaints = unit.log.split(separator: "\n").filter {
            ($0.contains("/\(name):") || $0.contains("/copies.conf:")) && !$0.contains("Failed to parse system call")
        }
        #expect(complaints == [])
    }

    @Test("An argument of a command is what systemd passes on", arguments: HostileValues.lines.filter { !$0.isEmpty })
    func argumentIsCarried(value: String) async throws {
        let template = try Template(
            named: "x.service",
            text: "[Service]\nType=oneshot\nExecStart=/bin/echo {{value}} end\n"
        )
        let unit = try await Self.asRead("x.service", template.render(["value": value]))
        // systemd shows a command line with the quotes of its own that it needs, and with $ doubled as in the file.
        let command = try #require(unit.settings["Command Line"]?.first, "\(unit.log)")
        let words = try Self.words(of: command)
        #expect(words == ["/bin/echo", value.replacing("$", with: "$$"), "end"], "\(command)")
    }

    @Test("A value with a control character is refused, and says where", arguments: HostileValues.controls)
    func controlsAreRefused(value: String) throws {
        let template = try Template(
            named: "x.service",
            text: "[Unit]\nRequiresMountsFor={{source}}\n"
        )
        let error = #expect(throws: TemplateError.self) { try template.render(["source": value]) }
        #expect(error?.code == .valueRefused)
        #expect(error?.line == 2)
        #expect(error?.variable == "source")
    }

    @Test(
        "A tag stands only where systemd takes quotes for quotes",
        arguments: [
            ("[Unit]\nDescription={{v}}\n", "in Description="),
            ("[Unit]\n# {{v}}\n", "in a comment"),
            ("[Unit]\n; {{v}}\n", "in a comment"),
            ("[{{v}}]\n", "outside the value"),
            ("{{v}}=x\n", "outside the value"),
            ("ExecStart=/bin/echo --x={{v}}\n", "a part of a word"),
            ("ExecStart=/bin/echo {{v}}x\n", "a part of a word"),
            ("ExecStart=/bin/echo \"a {{v}} b\"\n", "within quotes"),
            ("ExecStart=/bin/sh -c \\\n  'echo {{v}} x'\n", "within quotes"),
        ]
    )
    func placeIsChecked(text: String, reason: String) {
        let error = #expect(throws: TemplateError.self) { try Template(named: "a.service", text: text) }
        #expect(error?.code == .placeRefused)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }

    /// What systemd's own parser makes of a unit.
    private static func asRead(
        _ name: String,
        _ text: String,
        dropIn: String? = nil
    ) async throws -> (settings: [String: [String]], log: String) {
        try await TemporaryDirectory.with { temporary in
            let directory = temporary.path.string
            try text.write(toFile: "\(directory)/\(name)", atomically: false, encoding: .utf8)
            if let dropIn {
                let folder = "\(directory)/\(name).d"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
                try dropIn.write(toFile: "\(folder)/copies.conf", atomically: false, encoding: .utf8)
            }
            let result = try await LocalProgram.run(
                "systemd-analyze",
                ["verify", "--man=no", "\(directory)/\(name)"],
                environment: ["SYSTEMD_LOG_LEVEL": "debug", "SYSTEMD_UNIT_PATH": "\(directory):"]
            )
            let log = result.output + result.error
            var settings: [String: [String]] = [:]
            let dump = log.split(separator: "\n", omittingEmptySubsequences: false)
                .drop { !$0.contains("-> Unit \(name):") }
            for line in dump.dropFirst().prefix(while: { !$0.contains("-> Unit ") }) {
                guard let colon = line.firstRange(of: ": ") else { continue }
                let key = String(line[..<colon.lowerBound].drop(while: \.isWhitespace))
                var value = String(line[colon.upperBound...])
                if let origin = value.range(of: " (origin-", options: .backwards) {
                    value = String(value[..<origin.lowerBound])
                }
                settings[key, default: []].append(value)
            }
            return (settings, log)
        }
    }

    /// The words of a command line in the C-style quotes in which systemd shows it.
    private static func words(of line: String) throws -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var quoted = false
        var bytes = Array(line.utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                quoted.toggle()
                word = word ?? []
            case UInt8(ascii: " ") where !quoted:
                if let word { words.append(String(decoding: word, as: UTF8.self)) }
                word = nil
            case UInt8(ascii: "\\"):
                guard let escaped = bytes.popFirst() else { continue }
                if escaped == UInt8(ascii: "x") {
                    let digits = String(decoding: bytes.prefix(2), as: UTF8.self)
                    word = (word ?? []) + [try #require(UInt8(digits, radix: 16))]
                    bytes = bytes.dropFirst(2)
                } else if let code = UInt8(String(decoding: [escaped] + bytes.prefix(2), as: UTF8.self), radix: 8) {
                    word = (word ?? []) + [code]
                    bytes = bytes.dropFirst(2)
                } else {
                    word = (word ?? []) + [escaped]
                }
            default: word = (word ?? []) + [byte]
            }
        }
        if let word { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }
}
