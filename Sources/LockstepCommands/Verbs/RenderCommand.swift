import ArgumentParser
import FleetRunner
import Foundation
import INIFile
import Inventory
import Playbooks
import SystemPackage
import TerminalOutput

/// `lockstep render`: the files that `up` would put on the hosts, without connecting to anybody.
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Show the files that 'up' would put on the hosts; connect to nobody.",
        discussion: """
            Files are shown byte for byte. What only a run will know, such as a key that is made on a host, is named \
            in «», and the file is called incomplete.

            With --out, files go below that directory as HOST/PATH, with their modes; an incomplete one gets the \
            ending '.incomplete'. A file that is there and differs is only replaced with --force.
            """
    )

    @ParentCommand var lockstep: Lockstep
    @OptionGroup var common: CommonOptions

    @Option(
        name: .long,
        help: ArgumentHelp("Only this host's files. May be given often.", valueName: "host"),
        completion: HostCompletion.host
    )
    var host: [String] = []

    @Option(help: ArgumentHelp("Write the files below this directory.", valueName: "dir"), completion: .directory)
    var out: String?

    @Flag(help: "With --out: replace files that are there and differ.")
    var force = false

    func validate() throws {
        if force, out == nil { throw ValidationError("--force has no meaning without --out") }
    }

    func run() async throws {
        let options = common.completed(by: lockstep.common)
        let loaded = try LoadedFleet(options)
        // What is wrong with the way to a host would stop `up` as well.
        _ = try loaded.routes.destinations(for: [loaded.fleet.master] + loaded.fleet.slaves.map(\.host))
        let files = try files(of: loaded)
        for warning in loaded.warnings { OutputStream.standardError.write("\(warning)\n") }
        if let out {
            try write(files, to: RenderedTree(root: FilePath(out)), isJSON: options.json)
        } else if options.json {
            show(files.map { RenderEvent(file: $0) })
        } else {
            OutputStream.standardOutput.write(RenderedText(files: files, namesHosts: host.count != 1).text)
        }
    }

    /// The files of the hosts that are asked for.
    private func files(of loaded: LoadedFleet) throws -> [HostFile] {
        try loaded.checkTarball()
        let hosts = loaded.hosts(.none)
        if let unknown = host.first(where: { name in !hosts.contains { $0.name == name } }) {
            if loaded.fleet.inventory.host(named: unknown) == nil {
                throw CommandFailure(unknownHost: unknown, in: loaded.fleet.inventory)
            }
            throw CommandFailure("nothing is put on \(quoted(unknown)): it is neither the master nor a slave here")
        }
        let outlook = try loaded.outlook(of: hosts)
        let faults = outlook.faults
        guard faults.isEmpty else { throw CommandFailure(PlaybookErrors(faults)) }
        let wanted = hosts.map(\.name).filter { host.isEmpty || host.contains($0) }
        do throws(PlaybookError) {
            return try outlook.files(on: wanted)
        } catch {
            throw CommandFailure(error.description)
        }
    }

    private func write(_ files: [HostFile], to tree: RenderedTree, isJSON: Bool) throws {
        let entries = try tree.entries(for: files)
        let differing = entries.filter { $0.action == .replace }.map(\.path.string)
        if !differing.isEmpty, !force {
            throw CommandFailure(
                "these files are there and differ; nothing was written:\n  \(differing.joined(separator: "\n  "))",
                hint: "--force replaces them",
                exitCode: RunExitCode.refused
            )
        }
        try tree.write(entries)
        if isJSON {
            let byFile = Dictionary(uniqueKeysWithValues: entries.map { ($0.file, $0) })
            show(files.map { RenderEvent(file: $0, entry: byFile[$0]) })
        } else {
            let kept = entries.count { $0.action == .keep }
            let written = entries.count - kept
            for entry in entries where entry.action != .keep { OutputStream.standardOutput.write("\(entry.path)\n") }
            let incomplete = entries.count { $0.path.extension == "incomplete" }
            let left = files.count - entries.count
            OutputStream.standardError.write(
                "\(written) written, \(kept) kept, \(incomplete) of them incomplete; \(left) left out, made on the hosts\n"
            )
        }
    }

    private func show(_ events: [RenderEvent]) {
        var renderer = JSONRenderer<RenderEvent>(output: .standardOutput)
        for event in events { renderer.show(event) }
    }
}
