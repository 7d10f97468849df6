import FoundationEssentials
import LockstepTestSupport
import Provisioning
import RemoteHost
import Testing

/// A shell with the tools that scripts find beside it.
enum TestUserland: String, CaseIterable, Sendable {
    case dash
    case bash
    /// With BusyBox for every tool.
    case busybox

    /// Makes a directory with `sh` and the tools, and with `getent`, which says that every user's home is `home`.
    func install(in directory: String, home: String) async throws -> LocalShellHost {
        let script =
            switch self {
            case .dash: "ln -s /usr/bin/dash sh"
            case .bash: "ln -s /usr/bin/bash sh"
            case .busybox: "busybox --install -s ."
            }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let getent = """
            #!/bin/sh
            case $1 in passwd) echo "$2:x:$(id -u):$(id -g)::\(home):/bin/sh" ;; shadow) echo "$2:*:" ;; esac
            """
        let command = Command.script(
            "\(script)\nrm -f getent\nprintf '%s\\n' \(shellQuoted(getent)) >getent\nchmod 755 getent",
            deadline: .seconds(20)
        )
        let result = try await LocalShellHost(home: directory).run(command)
        let said = result.errorText
        try #require(result.succeeded, "\(said)")
        return LocalShellHost(searchPath: "\(directory):/usr/bin:/bin", home: directory)
    }

    /// What such a host answers when it is asked for some facts; what stands in `bin` of the directory is found first.
    func answers(_ facts: FactSet, in directory: TemporaryDirectory) async throws -> Facts {
        let host = try await install(in: directory["bin"], home: directory["home"])
        let script = LookScript(asking: facts.snippets.map(\.script), nonce: "n0")
        let result = try await host.run(.script(script.text, deadline: .seconds(20)))
        return facts.facts(in: try #require(script.answers(in: result.standardOutput), "\(result)"))
    }
}
