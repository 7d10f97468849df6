import ArgumentParser
import Foundation
import Lab
import SystemPackage
import TerminalOutput

/// `lockstep lab`: throw-away fleets in containers, to try things on.
struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Make a throw-away fleet in containers, look at it, take it down.",
        subcommands: [LabUpCommand.self, LabStatusCommand.self, LabDownCommand.self]
    )

    /// The lab of this user; what it does is told on standard error.
    static func lab() -> Lab {
        let progress = OutputStream.standardError
        return Lab(LabDirectory(environment: ProcessInfo.processInfo.environment)) { event in
            if let line = event.line { progress.write(line + "\n") }
        }
    }
}

/// `lockstep lab up`: brings a lab up, or adds slaves to it.
struct LabUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Bring up a master and slaves; in a lab that is up, add the slaves that are missing."
    )

    @Option(help: ArgumentHelp("How many slaves.", valueName: "number"))
    var slaves = 3

    @Option(
        help: ArgumentHelp(
            "The image to build upon (default: Debian 12, from a registry or by debootstrap).",
            valueName: "name"
        )
    )
    var image: String?

    @Option(help: "The container engine: auto, podman or docker.", completion: .list(["auto", "podman", "docker"]))
    var engine = "auto"

    @Option(help: ArgumentHelp("The inventory to write.", valueName: "file"), completion: .file())
    var write = "inventory/lab.ini"

    func run() async throws {
        guard let engine = LabRequest.EngineChoice(rawValue: engine) else {
            throw CommandFailure("--engine must be auto, podman or docker, not '\(engine)'")
        }
        let request = LabRequest(slaves: slaves, image: image, engine: engine, inventory: FilePath(write))
        do {
            let report = try await UserInterrupts.cancel { try await LabCommand.lab().up(request) }
            let output = OutputStream.standardOutput
            for host in report.hosts { output.write("\(host.name)  \(host.address)\n") }
            output.write("inventory:    \(report.inventory)\nknown hosts:  \(report.knownHosts)\n")
            output.write("next:         lockstep -i \(report.inventory) --known-hosts \(report.knownHosts) up\n")
        } catch let error as LabError {
            throw CommandFailure(error)
        }
    }
}

/// `lockstep lab status`: says how the lab is.
struct LabStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say which hosts there are, and how they are."
    )

    func run() async throws {
        do throws(LabError) {
            let output = OutputStream.standardOutput
            guard let status = try await LabCommand.lab().status() else {
                output.write("no lab is up\n")
                return
            }
            for host in status.hosts {
                let state = host.answersSSH ? "answers" : host.isRunning ? "runs, no ssh" : "stopped"
                output.write("\(host.name)  \(host.address)  \(state)\n")
            }
            output.write("inventory:    \(status.inventory)\nknown hosts:  \(status.knownHosts)\n")
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// `lockstep lab down`: takes the lab away, and nothing else.
struct LabDownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Take the lab away, with all that it made."
    )

    @Flag(help: "Remove the base image too, which the next lab would use again.")
    var purge = false

    func run() async throws {
        do throws(LabError) {
            let wasUp = try await LabCommand.lab().down(purge: purge)
            OutputStream.standardOutput.write(wasUp ? "the lab is gone\n" : "no lab was up\n")
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension LabEvent {
    /// What a person is told of it; nil where it is not worth a line.
    fileprivate var line: String? {
        switch self {
        case .engineChosen(let name, let version, let runtime): "engine: \(name) \(version) (\(runtime))"
        case .imageCached: nil
        case .imageStep(let step): "base image: \(step)"
        case .imageOutput: nil
        case .imageMade(_, let took): "base image: made in \(took.components.seconds) s"
        case .networkMade(_, let subnet): "network: \(subnet)"
        case .host(let name, .ready(let took)): "\(name): up after \(took.components.seconds) s"
        case .host(let name, .stopped): "\(name): stopped"
        case .host: nil
        case .warning(let text): "note: \(text)"
        case .takingBack(let reason): "taking back what was made: \(reason)"
        case .removed(let name): "removed \(name)"
        case .wrote: nil
        }
    }
}
