import FleetRunner
import Foundation
import Inventory
import LockstepTestSupport
import Testing

@testable import LockstepCommands

@Suite("The manual page")
struct ManualTests {
    private func page() throws -> String {
        ManualPage(try CommandDescription.program(), version: "0.0.0").text
    }

    @Test("groff reads it without a warning", .timeLimit(.minutes(1)))
    func groff() async throws {
        let result = try await LocalProgram.run("groff", ["-man", "-ww", "-z", "-Tutf8"], input: try page())
        #expect(result.error == "")
        #expect(result.status == 0)
    }

    @Test("mandoc reads it without a warning, but for the date that it has not", .timeLimit(.minutes(1)))
    func mandoc() async throws {
        let result = try await LocalProgram.run("mandoc", ["-T", "lint", "-W", "warning"], input: try page())
        let lines = result.output.split(separator: "\n").filter { !$0.contains("missing date") }
        #expect(lines.isEmpty)
    }

    @Test("A person reads every verb, option, setting and exit code", .timeLimit(.minutes(1)))
    func complete() async throws {
        let result = try await LocalProgram.run("groff", ["-man", "-Tutf8", "-P-cbou", "-rLL=500n"], input: try page())
        let text = result.output.replacing("\u{2010}", with: "-").replacing("\u{2212}", with: "-")
        let program = try CommandDescription.program()
        for verb in program.subcommands ?? [] where verb.commandName != "help" {
            #expect(text.contains("lockstep \(verb.commandName)"))
            for option in (verb.arguments ?? []).flatMap({ $0.names ?? [] }) { #expect(text.contains(option.typed)) }
        }
        for setting in Setting.all + Setting.ofSync { #expect(text.contains(setting.name), "\(setting.name)") }
        for (code, meaning) in RunExitCode.meanings {
            #expect(text.contains("\(code)    ".prefix(5) + "  \(meaning)."))
        }
    }

    @Test("Nothing in a text is taken for a request or an escape")
    func escapes() {
        #expect(Roff.escaped(".so /etc/passwd") == "\\&.so /etc/passwd")
        #expect(Roff.escaped("a\\fB'b'") == "a\\efB\\(aqb\\(aq")
        #expect(Roff.escaped("--x ~ «é»") == "\\-\\-x \\(ti \\[u00AB]\\[u00E9]\\[u00BB]")
        var roff = Roff()
        roff.macro("TH", "a \"b\"")
        #expect(roff.text == ".TH \"a \\(dqb\\(dq\"\n")
    }
}
