import ArgumentParser
import TerminalOutput

/// `lockstep completion`: the script by which a shell completes this program's command lines.
struct CompletionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completion script for bash, zsh or fish.",
        discussion: """
            The script completes verbs, options and files, and the hosts and groups of the inventory that the command \
            line names. To try it in bash: source <(lockstep completion bash)
            """
    )

    @Argument(help: "bash, zsh or fish.", completion: .list(["bash", "fish", "zsh"]))
    var shell: String

    func run() async throws {
        guard let shell = CompletionShell(rawValue: shell) else {
            throw CommandFailure("there is no completion for '\(shell)'", hint: "there is one for bash, fish and zsh")
        }
        OutputStream.standardOutput.write(CompletionScript(for: shell).text)
    }
}
