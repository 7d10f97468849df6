import ArgumentParser
import Foundation
import Provisioning
import RemoteHost
import TerminalOutput

/// `lockstep bundle`: packages for hosts without a network.
struct BundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Gather packages for hosts without a network, for 'up --bundle'.",
        subcommands: [BundleCreateCommand.self]
    )
}

/// `lockstep bundle create`: fetches packages with this machine's package manager.
struct BundleCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Fetch packages, with all that they need, for hosts of this machine's distribution.",
        discussion: """
            The folder gets a folder for this machine's distribution and processor, such as debian-12-x86_64, and in it one \
            for each package, which replaces what is there. For hosts of another kind, run it on a machine of that kind, \
            with the same folder. Nothing is installed for it: dnf 4 must have its plugin for 'download' (dnf-plugins-core), \
            and pacman needs root.
            """
    )

    @Argument(help: "The folder; it is made where it is missing.", completion: .directory)
    var folder: String

    @Argument(help: "The packages (default: rsync and lsyncd).")
    var packages: [String] = ["rsync", "lsyncd"]

    func validate() throws {
        if folder.isEmpty { throw ValidationError("the folder has no name") }
        let isName = { (name: String) in
            !name.hasPrefix("-") && !name.isEmpty
                && name.utf8.allSatisfy { Character(UnicodeScalar($0)).isLetter || "0123456789+-._".utf8.contains($0) }
        }
        if let wrong = packages.first(where: { !isName($0) }) {
            throw ValidationError("'\(wrong)' is not the name of a package")
        }
    }

    func run() async throws {
        let question = PackageState.facts(of: packages)
        let script = question.snippets.map(\.script).joined(separator: "\n")
        let answer = try await LocalShell.run("exec 2>/dev/null\n\(script)")
        let host: PackageState
        do throws(PlanError) {
            let facts = question.facts(in: [0: ProbeOutput(text: answer.output)])
            guard let state = try PackageState(facts, of: packages, purpose: "them") else { return }
            host = state
        } catch {
            throw CommandFailure(error.message.replacing("this host", with: "this machine"))
        }
        let new = "\(folder)/.new"
        let files = FileManager.default
        try? files.removeItem(atPath: new)
        defer { try? files.removeItem(atPath: new) }
        for package in packages {
            try makeFolder(new)
            OutputStream.standardError.write("fetching \(package) for \(host.platform)\n")
            let fetched = try await LocalShell.run(
                "set -eu\n{\n\(host.family.manager.download(package))\n} >&2",
                URL(filePath: new).path
            )
            let names = try files.contentsOfDirectory(atPath: new).sorted()
            guard fetched.succeeded, names.contains(where: { host.family.manager.package(of: $0) == package }) else {
                throw CommandFailure(
                    "\(host.family.rawValue) could not fetch \(package)",
                    hint: "what it says stands above; its lists of packages may be old"
                )
            }
            let place = "\(folder)/\(host.platform)/\(package)"
            try? files.removeItem(atPath: place)
            try makeFolder("\(folder)/\(host.platform)")
            try files.moveItem(atPath: new, toPath: place)
            let bytes = names.reduce(0) { sum, name in
                sum + ((try? files.attributesOfItem(atPath: "\(place)/\(name)"))?[.size] as? Int ?? 0)
            }
            let size = (Double(bytes) / 1_048_576).formatted(.number.precision(.fractionLength(1)))
            OutputStream.standardOutput.write("\(place): \(names.count) files, \(size) MiB\n")
        }
    }

    private func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure("the folder '\(path)' cannot be made: \(error.localizedDescription)")
        }
    }
}
