import ArgumentParser
import Foundation
import INIFile
import Inventory
import SystemPackage
import TerminalOutput

/// `lockstep explain`: all that can be said of one host without connecting to it, and why it is so.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain a host: its role, how it is reached, each setting and where it comes from.",
        discussion: "Connects to nobody. Any host of the inventory can be asked for, also one without a role."
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Argument(help: "The host's name in the inventory.", completion: HostCompletion.host)
    var host: String

    func run() async throws {
        var options = common.completed(by: lockstep.common)
        options.limit = nil
        let loaded = try LoadedFleet(options)
        guard let found = loaded.fleet.inventory.host(named: host) else {
            throw CommandFailure(unknownHost: host, in: loaded.fleet.inventory)
        }
        let environment = ProcessInfo.processInfo.environment
        let explanation = try HostExplanation(found, in: loaded, environment: environment)
        let output = OutputStream.standardOutput
        if options.json {
            var renderer = JSONRenderer<HostExplanation>(output: output)
            renderer.show(explanation)
        } else {
            let terminal = FileDescriptor.standardOutput.rawValue
            let width = TerminalSize.isTerminal(terminal) ? TerminalSize.columns(of: terminal) : 80
            output.write(explanation.sheet.text(width: width))
        }
        for warning in loaded.warnings { OutputStream.standardError.write("\(warning)\n") }
    }
}

extension CommandFailure {
    /// The failure of a verb that wants one host and was given another name.
    init(unknownHost name: String, in inventory: Inventory) {
        let hint: String
        if let group = inventory.group(named: name) {
            let hosts = inventory.hosts(in: group).prefix(3).map(\.name)
            hint = "that is a group; its hosts are \(hosts.joined(separator: ", "))\(hosts.count == 3 ? ", …" : "")"
        } else {
            hint =
                nearestName(to: name, among: inventory.hosts.map(\.name)).map { "did you mean '\($0)'?" }
                ?? "lockstep inventory --graph shows the groups and their hosts"
        }
        self.init("there is no host \(quoted(name)) in the inventory", hint: hint)
    }
}
