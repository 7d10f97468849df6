import LockstepTestSupport
import RemoteHost
import SystemPackage
import Testing

/// With programs in the place of sudo and doas that ask and refuse as these do; the user stays the same.
@Suite("Becoming another user", .timeLimit(.minutes(1)))
struct BecomeTests {
    /// Asks twice at most, reads a byte at a time, and lets nobody in who is not asked when `nopass` says so.
    private static let sudo = #"""
        #!/bin/sh
        prompt= tries=2
        while :; do
            case $1 in
            -n) tries=0 ;;
            -S) ;;
            -p) prompt=$2; shift ;;
            -u) user=$2; shift ;;
            --) shift; break ;;
            esac
            shift
        done
        folder=$(dirname "$0")
        [ ! -e "$folder/nopass" ] || exec "$@"
        [ "$tries" -ne 0 ] || { echo 'sudo: a password is required' >&2; exit 1; }
        while [ "$tries" -gt 0 ]; do
            printf '%s' "$prompt" | sed "s/%p/$user/; s/%%/%/" >&2
            IFS= read -r word || { echo 'sudo: no password was provided' >&2; exit 1; }
            echo asked >>"$folder/asked"
            [ "$word" != 'pass word!' ] || exec "$@"
            echo 'Sorry, try again.' >&2
            tries=$((tries - 1))
        done
        echo 'sudo: 2 incorrect password attempts' >&2
        exit 1
        """#

    /// Asks once, where a terminal would show it.
    private static let doas = #"""
        #!/bin/sh
        [ "$1" != -n ] || { echo 'doas: Authentication required'; exit 1; }
        shift 2
        printf '\rdoas (me@here) password: '
        IFS= read -r word
        echo
        [ "$word" = 'pass word!' ] || { echo 'doas: Authentication failed'; exit 1; }
        exec "$@"
        """#

    private static let right = Secret("pass word!")
    private static let wrong = Secret("touch evil")

    private struct Host: Sendable {
        let host: LocalShellHost
        let directory: TemporaryDirectory
        let user: String
    }

    private func with(_ body: (Host) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            for (name, text) in [("sudo", Self.sudo), ("doas", Self.doas)] {
                try directory.write(text, to: name)
                try await runLocally("chmod", ["755", directory[name]])
            }
            let path = "\(directory.path):/usr/local/bin:/usr/bin:/bin"
            let host = LocalShellHost(searchPath: path, home: directory.path.string)
            let user = try await runLocally("id", ["-un"])
            try await body(Host(host: host, directory: directory, user: user))
        }
    }

    @Test("A script runs behind a password, and reads none of it", arguments: [true, false])
    func script(isSudo: Bool) async throws {
        try await with { it in
            let privilege: Privilege =
                isSudo ? .sudo(user: it.user, password: Self.right) : .doas(user: it.user, password: Self.right)
            // Longer than what a pipe or a terminal holds at a time.
            let text = (0..<20_000).map { "# line \($0)\n" }.joined() + "cat; printf 'a\\r\\n\\0b'; exit 3"
            let result = try await it.host.run(.script(text, privilege: privilege, deadline: .seconds(20)))
            #expect(result.exit == .status(3))
            #expect(result.standardOutput == Array("a\r\n\0b".utf8))
            #expect(result.errorText.isEmpty)
        }
    }

    @Test("A conversation goes on behind a password", arguments: [true, false])
    func conversation(isSudo: Bool) async throws {
        try await with { it in
            let privilege: Privilege =
                isSudo ? .sudo(user: it.user, password: Self.right) : .doas(user: it.user, password: Self.right)
            let (lines, sender) = AsyncStream.makeStream(of: [UInt8].self)
            let script = "echo ready; while read -r word && [ -n \"$word\" ]; do echo \"got $word\"; done; echo over"
            let command = Command.conversation(script, lines: lines, privilege: privilege, deadline: .seconds(20))
            let result = try await it.host.run(command) { chunk in
                guard case .standardOutput(let bytes) = chunk, bytes.starts(with: Array("ready".utf8)) else { return }
                sender.yield(Array("one\n".utf8))
                sender.finish()
            }
            #expect(result.outputText == "ready\ngot one\nover\n")
        }
    }

    @Test("Without a question the password is not sent, so that nothing takes it for a command")
    func notAsked() async throws {
        try await with { it in
            try it.directory.write("", to: "nopass")
            let command = Command.script(
                "pwd",
                privilege: .sudo(user: it.user, password: Self.wrong),
                deadline: .seconds(20)
            )
            #expect(try await it.host.run(command).succeeded)
            #expect(it.directory.read("asked") == nil && it.directory.read("evil") == nil)
        }
    }

    @Test("A wrong password is named, and tried once")
    func wrongPassword() async throws {
        try await with { it in
            let command = Command.script(
                "pwd",
                privilege: .sudo(user: it.user, password: Self.wrong),
                deadline: .seconds(20)
            )
            let error = await #expect(throws: RemoteHostError.self) { try await it.host.run(command) }
            #expect(error?.code == .shellRefused)
            #expect(error?.message == "the sudo password of \(it.user) is wrong")
            #expect(it.directory.read("asked") == "asked\n")
            #expect(it.directory.read("evil") == nil)
        }
    }

    @Test("A refusal is told in the program's words")
    func refused() async throws {
        try await with { it in
            for (privilege, words) in [
                (Privilege.sudo(user: "root"), "sudo: a password is required"),
                (.doas(user: "root"), "doas: Authentication required"),
                (.doas(user: "root", password: Self.wrong), "doas: Authentication failed"),
            ] {
                let command = Command.script("pwd", privilege: privilege, deadline: .seconds(20))
                let error = await #expect(throws: RemoteHostError.self) { try await it.host.run(command) }
                #expect(error?.message.hasSuffix(": \(words)") == true, "\(String(describing: error))")
            }
        }
    }

    @Test("A script that finds itself with another's rights does nothing", arguments: ["nobody", "no-such-user"])
    func wrongRights(user: String) async throws {
        try await with { it in
            try it.directory.write("", to: "nopass")
            let command = Command.script("touch evil", privilege: .sudo(user: user), deadline: .seconds(20))
            let result = try await it.host.run(command)
            #expect(result.exit == .status(77))
            #expect(result.errorText.contains("does not run with the rights of \(user)"))
            #expect(it.directory.read("evil") == nil)
        }
    }

    @Test("A shell that is forced upon the key does as well, but never in another's place")
    func forced() async throws {
        try await with { it in
            var command = Command.script("pwd", deadline: .seconds(20))
            command.line = "sh"
            let result = try await it.host.run(command)
            #expect(result.outputText == "\(it.directory.path)\n")
            var other = Command.script("touch evil", privilege: .sudo(user: "root"), deadline: .seconds(20))
            other.line = "sh"
            let refused = other
            let error = await #expect(throws: RemoteHostError.self) { try await it.host.run(refused) }
            #expect(error?.message.contains("forced command") == true)
            #expect(it.directory.read("evil") == nil)
        }
    }

    @Test("What a start-up file reads of the input is no part of the script", arguments: [1, 2, 3, 4])
    func startUpFileReads(lines: Int) async throws {
        try await with { it in
            var command = Command.script("touch made\necho done", deadline: .seconds(20))
            command.line = String(repeating: "read -r _; ", count: lines) + command.line
            let result = try await it.host.run(command)
            if lines == 1 {
                #expect(result.outputText == "done\n")
            } else {
                #expect(result.exit == .status(74))
                #expect(result.errorText.contains("start-up file"))
                #expect(it.directory.read("made") == nil)
            }
        }
    }
}
