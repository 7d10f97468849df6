import Foundation
import LockstepTestSupport
import SystemPackage

/// Files of a fleet in a folder of their own, and the program to ask about them, with that folder as home and as the
/// place where it is run.
struct WrittenFleet {
    let directory: TemporaryDirectory

    /// Lends a folder with these files in it; folders in their names are made.
    static func with(_ files: [String: String], _ body: (WrittenFleet) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            for (name, text) in files {
                let folder = directory.path.appending(name).removingLastComponent()
                try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
                try directory.write(text, to: name)
            }
            try await body(WrittenFleet(directory: directory))
        }
    }

    /// Runs `lockstep` to its end, by default with no ssh configuration but the one in the folder's `.ssh`.
    func lockstep(_ arguments: String..., environment: [String: String] = [:]) async throws -> LocalProgram.Result {
        try await shell("exec \"$lockstep\" \"$@\"", arguments, environment: environment)
    }

    /// Runs a shell script in which `$lockstep` is the program.
    func shell(
        _ script: String,
        _ arguments: [String] = [],
        with shell: String = "sh",
        environment: [String: String] = [:]
    ) async throws -> LocalProgram.Result {
        var variables = ["HOME": directory.path.string, "USER": "me", "SSH_AUTH_SOCK": "", "LOCKSTEP_PASSWORD": ""]
        variables["LOCKSTEP_INVENTORY"] = "lockstep.ini"
        variables["lockstep"] = LockstepProgram.path.string
        variables.merge(environment) { $1 }
        let inFolder = "cd \"$HOME\"\n\(script)"
        return try await LocalProgram.run(shell, ["-c", inFolder, shell] + arguments, environment: variables)
    }
}
