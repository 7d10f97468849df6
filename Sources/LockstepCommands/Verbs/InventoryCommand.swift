import ArgumentParser
import Foundation
import INIFile
import Inventory
import SystemPackage
import TerminalOutput

/// `lockstep inventory`: shows the inventory as it was understood.
struct InventoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Show the inventory as it was understood; connects to nobody.",
        discussion: "It need not make a fleet yet; what is missing for one is told on standard error."
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Flag(help: "Print groups, hosts and variables as JSON, in the shape of ansible-inventory.")
    var list = false

    @Flag(help: "Print the tree of groups and hosts (the default); --limit does not count here.")
    var graph = false

    @Option(help: ArgumentHelp("Print all variables of one host as JSON.", valueName: "host"))
    var host: String?

    @Option(help: ArgumentHelp("Print the hosts that a pattern names, one a line.", valueName: "pattern"))
    var hosts: String?

    func validate() throws {
        if [list, graph, host != nil, hosts != nil].filter(\.self).count > 1 {
            throw ValidationError("--list, --graph, --host and --hosts: give one of them")
        }
    }

    func run() async throws {
        let options = common.completed(by: lockstep.common)
        let environment = ProcessInfo.processInfo.environment
        let inventory: Inventory
        do {
            inventory = try LoadedFleet.inventory(options, environment)
        } catch let errors as InventoryErrors {
            throw CommandFailure(errors)
        }
        OutputStream.standardOutput.write(try text(of: inventory, options))
        var whole = options
        whole.limit = nil
        do {
            for warning in try LoadedFleet(whole, environment: environment, inventory: inventory).warnings {
                tell(warning)
            }
        } catch let failure as CommandFailure {
            for warning in inventory.warnings { tell(warning.rendered) }
            tell("this inventory makes no fleet yet:\n\(failure.message)")
        }
    }

    private func tell(_ message: String) { OutputStream.standardError.write("\(message)\n") }

    private func text(of inventory: Inventory, _ options: CommonOptions) throws -> String {
        if let host { return inventory.hostJSON(try single(host, in: inventory)) }
        if graph { return inventory.graph() }
        let limited = try options.limit.map { Set(try choose($0, in: inventory, "--limit").map(\.name)) }
        if let hosts {
            let chosen = try choose(hosts, in: inventory, "--hosts").map(\.name)
            return chosen.filter { limited?.contains($0) ?? true }.map { $0 + "\n" }.joined()
        }
        return list || options.json ? inventory.listJSON(only: limited) : inventory.graph()
    }

    private func single(_ name: String, in inventory: Inventory) throws -> InventoryHost {
        if let host = inventory.host(named: name) { return host }
        let hosts = try choose(name, in: inventory, "--host")
        guard hosts.count == 1 else {
            throw CommandFailure("--host: '\(name)' names \(hosts.count) hosts", hint: "--hosts lists several")
        }
        return hosts[0]
    }

    private func choose(_ pattern: String, in inventory: Inventory, _ option: String) throws -> [InventoryHost] {
        do throws(HostPatternError) {
            return try HostPattern(reading: pattern).hosts(in: inventory)
        } catch {
            throw CommandFailure("\(option): \(error.description)", hint: error.hint)
        }
    }
}
