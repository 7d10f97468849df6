import ArgumentParser
import INIFile
import Provisioning
import SystemPackage
import TerminalOutput

/// `lockstep doc`: what the modules do, as they say themselves.
struct DocCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doc",
        abstract: "Print what a module of playbooks does, its parameters, and an example.",
        discussion: "Without a module: a line for each. Connects to nobody, and reads no inventory."
    )

    @Flag(help: "Print Markdown; without a module, the page docs/modules.md.")
    var markdown = false

    @Argument(help: "The module's keyword.", completion: .list(ModuleRegistry.all.keywords))
    var module: String?

    func run() async throws {
        OutputStream.standardOutput.write(try text())
    }

    private func text() throws -> String {
        let modules = ModuleRegistry.all
        guard let name = module else { return markdown ? modules.markdown : modules.list }
        guard let found = modules[name] else { throw CommandFailure(unknownModule: name, among: modules) }
        let page = ModulePage(found)
        let terminal = FileDescriptor.standardOutput.rawValue
        let width = TerminalSize.isTerminal(terminal) ? TerminalSize.columns(of: terminal) : 80
        return markdown ? page.markdown : page.text(width: width)
    }
}

extension CommandFailure {
    /// The failure of asking for a module that there is not.
    fileprivate init(unknownModule name: String, among modules: ModuleRegistry) {
        let near = modules.keywords(near: name).map(quoted)
        let hint: String
        if let last = near.last {
            let others = near.dropLast().joined(separator: ", ")
            hint = "did you mean \(others.isEmpty ? last : "\(others) or \(last)")?"
        } else {
            hint = "'lockstep doc' lists all modules"
        }
        self.init("there is no module \(quoted(name))", hint: hint)
    }
}
