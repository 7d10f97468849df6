import ArgumentParser
import TerminalOutput

/// `lockstep man`: the manual page, made of the commands as they are.
struct ManualCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Print the manual page, in the language of man(7).",
        discussion: "To read it without installing it: lockstep man | man -l -"
    )

    func run() async throws {
        let page = ManualPage(try CommandDescription.program(), version: Lockstep.configuration.version)
        OutputStream.standardOutput.write(page.text)
    }
}
