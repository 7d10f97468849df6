import ArgumentParser
import INIFile
import Inventory
import SystemPackage
import TerminalOutput

/// `lockstep inventory`: shows the inventory as it was understood.
struct InventoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inventory",
        abstract: "Show the inventory as it was understood; connects to nobody."
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Flag(help: "Print groups, hosts and variables as JSON, in the shape of ansible-inventory.")
    var list = false

    @Flag(help: "Print the tree of groups and hosts (the default).")
    var graph = false

    func run() async throws {
        let options = common.completed(by: lockstep.common)
        let loaded = try LoadedFleet(options)
        let fleet = loaded.fleet
        let output = OutputStream.standardOutput
        if list || options.json {
            output.write(fleet.inventory.listJSON().trimmingLastNewline + "\n")
        } else {
            output.write(fleet.inventory.graph().trimmingLastNewline + "\n")
        }
        for warning in loaded.warnings { OutputStream.standardError.write("\(warning)\n") }
    }
}

extension String {
    fileprivate var trimmingLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
