import Foundation
import Lab
import LockstepTestSupport
import Subprocess
import SystemPackage
import Testing

/// A fleet as an operator finds it whose key lets nobody in yet: one user with a password on each host, who becomes root
/// with it. What is usual in a home directory is in the operator's own.
struct FirstContact: Sendable {
    /// The hosts, which the test itself looks at with the lab's key.
    let fleet: FleetFixture
    /// The user's password on every host, for the login and for sudo and doas.
    let password: String
    private let home: FilePath

    /// Makes the user on the hosts, with sudo on the master and doas on the slaves, and the operator's key.
    init(_ fleet: FleetFixture) async throws {
        self.fleet = fleet
        password = "it's $(first) \(UInt32.random(in: .min ... .max))"
        home = fleet.directory.path.appending("home")
        let folder = home.appending(".ssh")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        _ = try await SSHKeyFile.generate(.ed25519, at: folder.appending("id_ed25519"))
        let quoted = password.replacing("'", with: #"'\''"#)
        for host in fleet.report.hosts {
            try await fleet.on(host.name, Self.account.replacing("PASSWORD", with: "'ops:\(quoted)'"))
        }
        var lines: [String] = []
        for line in try fleet.inventory.split(separator: "\n", omittingEmptySubsequences: false)
        where !line.hasPrefix("ansible_") {
            lines.append(String(line))
            if line == "[all:vars]" { lines += ["ansible_user=ops", "ansible_become=yes"] }
            if line == "[slaves:vars]" { lines.append("ansible_become_method=doas") }
        }
        try fleet.write(inventory: lines.joined(separator: "\n"))
    }

    private static let account = #"""
        set -e
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update && apt-get install -y --no-install-recommends sudo opendoas; } >/tmp/apt.log 2>&1 ||
            { tail -n 5 /tmp/apt.log; exit 1; }
        useradd -m -s /bin/bash ops
        printf '%s\n' PASSWORD | chpasswd
        echo 'ops ALL=(ALL) ALL' >/etc/sudoers.d/ops
        chmod 440 /etc/sudoers.d/ops
        echo 'permit setenv { SSH_CONNECTION } ops' >/etc/doas.conf
        chmod 600 /etc/doas.conf
        """#

    /// The secrets that the operator gives with a command.
    struct Given {
        /// The login password, in the environment.
        var login: String?
        /// The password of sudo and doas, in the environment.
        var become: String?
        /// A secret at descriptor 3.
        var descriptor: String?
    }

    /// Runs `lockstep` as the operator; its files are where a user has them.
    func lockstep(_ arguments: String..., given: Given = Given()) async throws -> FleetFixture.Outcome {
        try await lockstep(arguments, given: given)
    }

    /// Runs `lockstep` as the operator; its files are where a user has them.
    func lockstep(_ arguments: [String], given: Given = Given()) async throws -> FleetFixture.Outcome {
        var variables: [Environment.Key: String] = [
            "HOME": home.string, "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        ]
        variables["LOCKSTEP_PASSWORD"] = given.login
        variables["LOCKSTEP_BECOME_PASSWORD"] = given.become
        let all = ["--json", "-i", fleet.directory["lab.ini"]] + arguments
        guard let secret = given.descriptor else {
            return try await FleetFixture.run(all, environment: .custom(variables))
        }
        let file = try fleet.directory.write(secret + "\n", to: "secret")
        return try await FleetFixture.run(
            ["-c", #"exec 3<"$0"; exec "$@""#, file.string, LockstepProgram.path.string] + all,
            program: "/bin/sh",
            environment: .custom(variables)
        )
    }

    /// Runs `lockstep` on a terminal, as the operator, and answers its first question.
    func lockstepOnTerminal(_ arguments: String..., answering answer: String) async throws -> FleetFixture.Outcome {
        let file = try fleet.directory.write(answer + "\n", to: "answer")
        let all = ["--json", "-i", fleet.directory["lab.ini"]] + arguments
        return try await FleetFixture.run(
            ["-c", Self.terminal, file.string, LockstepProgram.path.string] + all,
            program: "/usr/bin/python3",
            environment: .custom(["HOME": home.string, "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"])
        )
    }

    private static let terminal = #"""
        import os, pty, sys
        child, terminal = pty.fork()
        if child == 0:
            os.execv(sys.argv[2], sys.argv[2:])
        shown, answer = b"", open(sys.argv[1], "rb").read()
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                break
            shown += piece
            if answer and shown.endswith(b": "):
                os.write(terminal, answer)
                answer = b""
        sys.stdout.write(shown.decode())
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        """#

    /// Everything that the hosts have written down since they were made.
    func journals() async throws -> String {
        var text = ""
        for host in fleet.report.hosts { text += try await fleet.on(host.name, "journalctl -q --no-pager -o export") }
        return text
    }

    // MARK: Command lines

    /// Runs `body`, and watches the command lines of all processes meanwhile, those in the hosts too.
    ///
    /// - Returns: what `body` returned, and the command lines that were seen.
    func watchingCommandLines<Value: Sendable>(
        _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> (value: Value, seen: Set<String>) {
        try await withThrowingTaskGroup(of: Set<String>?.self) { group in
            group.addTask {
                var seen = Set<String>()
                while !Task.isCancelled {
                    seen.formUnion(Self.commandLines())
                    try? await Task.sleep(for: .milliseconds(10))
                }
                return seen
            }
            let value = try await body()
            group.cancelAll()
            var seen = Set<String>()
            while let more = try await group.next() { seen.formUnion(more ?? []) }
            return (value, seen)
        }
    }

    private static func commandLines() -> [String] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.filter { $0.allSatisfy(\.isNumber) }.compactMap { process in
            FileManager.default.contents(atPath: "/proc/\(process)/cmdline").map { bytes in
                String(decoding: bytes.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
            }
        }
    }
}
