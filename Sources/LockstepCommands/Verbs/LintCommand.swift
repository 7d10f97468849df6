import ArgumentParser
import FleetRunner
import Foundation
import TerminalOutput

/// `lockstep lint`: says all that is wrong or odd without connecting to anybody.
struct LintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check inventory, ssh configuration and playbooks; connect to nobody.",
        discussion: """
            The built-in playbook is checked with the inventory's variables; others are named as arguments. Ends with \
            2 where there is an error, and with 0 where there are warnings only.
            """
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Argument(help: "Playbooks to check beside the built-in one.", completion: .file(extensions: ["ini"]))
    var playbooks: [String] = []

    func run() async throws {
        let options = common.completed(by: lockstep.common)
        let environment = ProcessInfo.processInfo.environment
        let lint = try Lint(options, playbooks: playbooks, environment: environment)
        let (errors, warnings) = (lint.count(.error), lint.count(.warning))
        let code = errors > 0 ? RunExitCode.usage : RunExitCode.success
        let output = OutputStream.standardOutput
        if options.json {
            var renderer = JSONRenderer<LintEvent>(output: output)
            for finding in lint.findings { renderer.show(.found(finding)) }
            renderer.show(.finished(errors: errors, warnings: warnings, exitCode: code))
        } else {
            for finding in lint.findings { output.write(finding.labelledText + "\n") }
            output.write("\(errors.counted("error")), \(warnings.counted("warning"))\n")
        }
        throw FinalExitCode(code)
    }
}

extension Int {
    fileprivate func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
