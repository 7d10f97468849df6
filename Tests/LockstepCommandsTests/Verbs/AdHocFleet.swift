import Foundation
import LockstepTestSupport
import SystemPackage
import Testing

/// Hosts on this machine's loopback that one sshd serves, an inventory of them, and the program to work on them with.
struct AdHocFleet {
    let server: LoopbackSSHServer

    /// Lends a master, `hub`, and slaves `edge1` and so on, each with an address of its own.
    ///
    /// - Parameter command: what the hosts do in place of everything they are asked for.
    static func with(
        slaves: Int,
        doingOnly command: String? = nil,
        _ body: (AdHocFleet) async throws -> Void
    ) async throws {
        try await LoopbackSSHServer.with {
            $0.addresses = (1...slaves + 1).map { "127.0.0.\($0)" }
            if let command { $0.configuration = ["ForceCommand \(command)"] }
        } _: { server in
            let fleet = AdHocFleet(server: server)
            try server.directory.write(fleet.inventory, to: "lab.ini")
            try await body(fleet)
        }
    }

    private var inventory: String {
        let slaves = server.addresses.dropFirst().enumerated().map { "edge\($0 + 1) ansible_host=\($1)" }
        return """
            [master]
            hub ansible_host=\(server.address) source=/srv/data
            [slaves]
            \(slaves.joined(separator: "\n"))
            [slaves:vars]
            target = /srv/data
            [all:vars]
            ansible_port = \(server.port)
            ansible_user = \(server.user)
            ansible_ssh_private_key_file = \(server.clientKey.path)

            """
    }

    /// Puts a host out of reach.
    func unplug(_ host: String) throws {
        let text = inventory.replacing("\(host) ", with: "\(host) ansible_port=1 ")
        try server.directory.write(text, to: "lab.ini")
    }

    /// The options that name the inventory and the host keys.
    var options: [String] { ["-i", server.directory["lab.ini"], "--known-hosts", server.knownHosts.string] }

    /// Runs `lockstep` to its end.
    func lockstep(_ verb: String, _ arguments: String...) async throws -> LocalProgram.Result {
        try await lockstep(verb, arguments)
    }

    /// Runs `lockstep` to its end.
    func lockstep(_ verb: String, _ arguments: [String]) async throws -> LocalProgram.Result {
        try await LocalProgram.run(LockstepProgram.path.string, [verb] + options + arguments)
    }

    /// Runs a shell script in which "$@" is `lockstep` with options, up to its own arguments.
    func shell(_ script: String, _ verb: String) async throws -> LocalProgram.Result {
        try await LocalProgram.run("sh", ["-c", script, "sh", LockstepProgram.path.string, verb] + options)
    }

    /// Waits until so many files with this beginning stand in the hosts' home.
    func wait(for count: Int, _ prefix: String) async throws {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            let names = try FileManager.default.contentsOfDirectory(atPath: server.home.string)
            if names.count(where: { $0.hasPrefix(prefix) }) >= count { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("only after 20 seconds there were \(count) files \(prefix)…")
    }

    /// Makes a file in the hosts' home, which commands wait for.
    func allow(_ name: String) throws {
        try Data().write(to: URL(filePath: server.home.appending(name).string))
    }

    /// A command that says that it has begun, and ends when it is allowed to.
    static let waiting = "cd; : >begun-$$; until [ -e go ]; do [ -e begun-$$ ] || exit; sleep 0.02; done; echo done"
}
