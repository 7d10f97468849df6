import FleetRunner
import Foundation
import Inventory
import RemoteHost
import SystemPackage
import TerminalOutput

/// A run of `lockstep init`: the interview, then the file.
struct InitRun {
    let options: CommonOptions
    let placement: Placement
    let conversation: InitConversation

    /// Where the file goes.
    struct Placement: Sendable, Hashable {
        /// The file; `-` prints it, none means the usual place.
        var output: String?
        /// Whether a file that is there is replaced without asking.
        var replaces: Bool
        /// Whether what was made is written without asking.
        var isAgreedTo: Bool
    }

    private var screen: InitScreen { conversation.screen }
    private var isInteractive: Bool { conversation.person != nil }

    // MARK: - A first inventory

    /// Makes an inventory of answers.
    func make(_ given: GivenAnswers) async throws {
        let place = placement.output ?? "lockstep.ini"
        // Before anybody types in vain, and before any host is looked at.
        if !isInteractive { _ = try mayReplace(place) }
        var interview = InitInterview(reading: reading)
        var progress = InitConversation.Progress(given: given)
        try await conversation.lead(&interview, &progress)
        let text = interview.draft.text
        if place == "-" { return try printOnly(Array(text.utf8)) }
        if isInteractive { screen.write("\n\(text)\n") }
        let replaces = try mayReplace(place)
        if !replaces, progress.hasAsked, !placement.isAgreedTo {
            try agree("Write it to \(place)?", standard: true)
        }
        let destination = InventoryDestination(path: FilePath(place))
        try write(Array(text.utf8), to: place) { bytes throws(InventoryDestination.Failure) in
            try replaces ? destination.replace(bytes) : destination.create(bytes)
        }
    }

    // MARK: - More slaves

    /// Adds slaves to the inventory that the options name.
    func addSlaves(_ given: GivenAnswers, environment: [String: String]) async throws {
        let files = options.inventoryPaths(environment)
        guard let file = files.first, files.count == 1 else {
            throw CommandFailure(
                "--add-slave: slaves are added to one file, and \(files.count) are named",
                hint: "name the file that has the section [slaves] with -i FILE"
            )
        }
        guard let bytes = FileManager.default.contents(atPath: file).map(Array.init) else {
            throw CommandFailure(
                "the inventory '\(file)' cannot be read",
                hint: "name a file with -i FILE; without --add-slave, lockstep init makes one"
            )
        }
        var interview: AdditionInterview
        do throws(InventoryErrors) {
            interview = try AdditionInterview(to: InventoryAddition(to: bytes, file: file), reading: reading)
        } catch {
            throw CommandFailure(error)
        }
        let place = placement.output ?? file
        let isInPlace = place == file
        if !isInteractive, !isInPlace { _ = try mayReplace(place) }
        var progress = InitConversation.Progress(given: given)
        try await conversation.lead(&interview, &progress)
        if let stranger = interview.strangerTarget {
            throw CommandFailure("--slave-target: no slave '\(stranger)' is added")
        }
        let addition = interview.addition
        if place == "-" { return try printOnly(addition.after) }
        if isInteractive {
            for (offset, line) in addition.lines.enumerated() {
                screen.write("\(file):\(addition.firstLine + offset): + \(line)\n")
            }
        }
        let replaces = try !isInPlace && mayReplace(place)
        if !replaces, progress.hasAsked, !placement.isAgreedTo {
            try agree("Write it to \(place)?", standard: true)
        }
        let destination = InventoryDestination(path: FilePath(place))
        try write(addition.after, to: place) { after throws(InventoryDestination.Failure) in
            if isInPlace {
                try destination.replace(after, expecting: bytes)
            } else {
                try replaces ? destination.replace(after) : destination.create(after)
            }
        }
    }

    // MARK: - The file

    /// Whether a file that is there is to be replaced; false where there is none.
    ///
    /// - Throws: the refusal, when it is to stay.
    private func mayReplace(_ place: String) throws -> Bool {
        if place == "-" { return false }
        switch InventoryDestination(path: FilePath(place)).occupant {
        case .nothing: return false
        case .other: throw CommandFailure("'\(place)' is no file", hint: "--output FILE writes elsewhere")
        case .file where placement.replaces: return true
        case .file where isInteractive:
            try agree("\(place) is there already. Replace it?", standard: false)
            return true
        case .file:
            throw CommandFailure(
                "'\(place)' is there already; nothing was written",
                hint: "--force replaces it, --output FILE writes elsewhere, --add-slave adds to it"
            )
        }
    }

    private func agree(_ question: String, standard: Bool) throws {
        if try conversation.confirms(question, standard: standard) { return }
        screen.tell("Nothing was written.")
        throw FinalExitCode(RunExitCode.output)
    }

    /// Writes the file; where that is not allowed, prints it.
    private func write(
        _ bytes: [UInt8],
        to place: String,
        _ body: ([UInt8]) throws(InventoryDestination.Failure) -> Void
    ) throws {
        do throws(InventoryDestination.Failure) {
            try body(bytes)
        } catch {
            if error == .changedMeanwhile || error == .refused(.fileExists) {
                throw CommandFailure("'\(place)' was not written: \(error.reason)", hint: "run it again")
            }
            OutputStream.standardOutput.write(bytes)
            screen.tell("note: \(place) cannot be written, so it is printed: \(error.reason)")
            throw FinalExitCode(RunExitCode.output)
        }
        OutputStream.standardOutput.write("\(place) is written\nnext: \(nextCommand(place))\n")
    }

    private func printOnly(_ bytes: [UInt8]) throws {
        OutputStream.standardOutput.write(bytes)
        if isInteractive { screen.tell("Save it as FILE. Next: lockstep -i FILE plan") }
    }

    /// The command that shows what would be done with the inventory.
    private func nextCommand(_ place: String) -> String {
        var words = ["lockstep"]
        if place != "lockstep.ini" || ProcessInfo.processInfo.environment["LOCKSTEP_INVENTORY"] != nil {
            words += ["-i", place]
        }
        if let file = options.sshConfig { words += ["-F", file] }
        if let file = options.knownHosts { words += ["--known-hosts", file] }
        return (words + ["plan"]).map(shellQuoted).joined(separator: " ")
    }

    // MARK: - Reading

    /// Reads drafts as all other verbs would read the file.
    private var reading: FleetReading {
        { [options] inventory throws(InventoryErrors) in
            do {
                return try LoadedFleet(inventory, options).fleet
            } catch let errors as InventoryErrors {
                throw errors
            } catch {
                // What is wrong with the ssh configuration is told when a host is looked at.
                return try Fleet(inventory, localUser: Fleet.LocalUser(name: NSUserName(), home: NSHomeDirectory()))
            }
        }
    }
}
