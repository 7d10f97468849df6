import BuiltInPlaybooks
import Foundation
import Glibc
import LockstepTestSupport
import Lsyncd
import SystemPackage
import Testing

@Suite("The gate on the slave")
struct ReceiveTests {
    /// What the layer, and a dry run before it, send; options as rsync 3.1 to 3.5 word them.
    static let wishes = [
        "rsync --server -logDtpre.iLsfxCIvu --timeout=60 --delete --force -@-1 --partial-dir .rsync-partial --ignore-errors --numeric-ids . T/",
        "rsync --server -logDtpre.iLsfxC --timeout=60 --delete --force --modify-window=-1 --partial-dir .rsync-partial --ignore-errors --numeric-ids . T/",
        "rsync --server -nlogDtpre.iLsfxCIvu --log-format=%i --delete --numeric-ids . T/",
        "rsync --server -nlogDtpre.iLsfxCIvu --log-format=%i --delete --existing --ignore-existing . T",
        "rsync --server -lHogDtpAXrcze.iLsfxCIvu --timeout=60 --bwlimit=100 -@-1 --partial-dir .rsync-partial --usermap=alice:bob,\\*:root --groupmap=*:www-data . T/",
        "rsync --server -logDtprce.iLsfxCIvu --delete-before --force -@-1 --partial-dir .rsync-partial --numeric-ids . T/",
        "rsync --server -vnlogDtpre31.14iLsfxC --delete-during --partial --partial-dir=.rsync-partial . T/",
    ]

    /// What a thief of the key would try. T is the target's path, D its parent's.
    static let attacks = [
        "", "sh", "id", "rsync", "rsync --server", "/usr/bin/rsync --server -r . T/",
        "rsync --server --sender -logDtpre.iLsfxCIvu . T/", "rsync --server -re.iLs --sender . T/",
        "rsync --sender --server -re.iLs . T/", "rsync --daemon --server . T/", "rsync --server --daemon . T/",
        "rsync --server --config=/tmp/x -re.iLs . T/", "rsync --server -slogDtpre.iLsfxCIvu", "rsync --server -s . T/",
        "rsync --server --secluded-args . T/", "rsync --server --protect-args -re.iLs . T/",
        "rsync --server -re.iLs . /", "rsync --server -re.iLs . /etc/", "rsync --server -re.iLs . D/",
        "rsync --server -re.iLs . T/../", "rsync --server -re.iLs . T/../other/", "rsync --server -re.iLs . T/sub/",
        "rsync --server -re.iLs . T/ /etc/", "rsync --server -re.iLs T/ . T/", "rsync --server -re.iLs . .",
        "rsync --server -re.iLs . ~/", "rsync --server -re.iLs . /=2f657463/", "rsync --server -re.iLs / T/",
        "rsync --server -Kre.iLs . T/", "rsync --server -Rre.iLs . T/", "rsync --server -bre.iLs . T/",
        "rsync --server -re.iLs --keep-dirlinks . T/", "rsync --server -re.iLs --backup-dir=/etc . T/",
        "rsync --server -re.iLs --backup-dir /etc . T/", "rsync --server -re.iLs --temp-dir=/etc . T/",
        "rsync --server -re.iLs --partial-dir=/etc . T/", "rsync --server -re.iLs --partial-dir /etc . T/",
        "rsync --server -re.iLs --partial-dir .rsync-partial/../.. . T/", "rsync --server -re.iLs -T/etc . T/",
        "rsync --server -re.iLs --log-file=/etc/x . T/", "rsync --server -re.iLs --write-batch=/etc/x . T/",
        "rsync --server -re.iLs --only-write-batch=/etc/x . T/", "rsync --server -re.iLs --read-batch=/x . T/",
        "rsync --server -re.iLs --link-dest=/etc . T/", "rsync --server -re.iLs --copy-dest=/etc . T/",
        "rsync --server -re.iLs --compare-dest=/etc . T/", "rsync --server -re.iLs --files-from=/etc/shadow . T/",
        "rsync --server -re.iLs --remove-source-files . T/", "rsync --server -re.iLs --chmod=u+s . T/",
        "rsync --server -re.iLs --rsync-path=sh . T/", "rsync --server -re.iLs -e sh . T/",
        "rsync --server -re.iLs --timeout=x . T/", "rsync --server -re.iLs --timeout= . T/",
        "rsync --server -re.iLs --log-format=%o%h . T/", "rsync --server -re.iLs --delete=x . T/",
        "rsync --server -re.iLs . T/; id", "rsync --server -re.iLs . T/ && id", "rsync --server -re.iLs . T/ | sh",
        "rsync --server -re.iLs . $(id)", "rsync --server -re.iLs . `id`", "rsync --server -re.iLs . 'T/'",
        "rsync --server -re.iLs . \"T/\"", "rsync --server -re.iLs . T\\/", "rsync --server -re.iLs . T/\nid",
        "rsync\t--server -re.iLs . T/", "rsync --server -re.iLs . T/ >x", "rsync --server -re.iLs . T/*",
        "rsync --server -re.iLs . {T/,/etc/}", "rsync --server -re.iLs . T/ü", "rsync --server -- -re.iLs . T/",
        "rsync --server -re.iLs --partial-dir .rsync-partial", "rsync --server --partial-dir . T/",
        "scp -t T/", "/usr/lib/openssh/sftp-server", "internal-sftp", "rsync --server -re%s . T/",
        "rsync --server -re.iLs --usermap= . T/", "rsync --server -re.iLs --usermap=*:root\\ x . T/",
        "rsync --server -re.iLs --usermap=a/b:c . T/", "rsync --server -re.iLs --usermap=\\a:b . T/",
        "rsync --server -re.iLs --groupmap=*:@x . T/", "rsync --server -re.iLs --bwlimit=1k . T/",
        "rsync --server -re.iLs --usermap *:root . T/", "rsync --server -re.iLs --chown=a:b . T/",
        "rsync --server -re.iLs . T,/", "rsync --server -re.iLs . T:/etc/", "rsync --server -re.iLs . T\\*/",
        "rsync --server -re.iLs . T2", "rsync --server -re.iLs . T/ T/", "rsync --server -re.iLs . T/ ",
        "rsync --server -re.iLs/ . T/", "rsync --server - . T/", "rsync --server -e.iLs . T/",
        "lockstep-sizes", "lockstep-sizes ", "lockstep-sizes /", "lockstep-sizes /etc/", "lockstep-sizes .",
        "lockstep-sizes ~", "lockstep-sizes D/", "lockstep-sizes T/sub/", "lockstep-sizes T/..", "lockstep-sizes T2",
        "lockstep-sizes T/ /etc/", "lockstep-sizes /etc/ T/", "lockstep-sizes -L T/", "lockstep-sizes T/ -L",
        "lockstep-sizes -- T/", "lockstep-sizes T/ ", "lockstep-sizes T/*", "lockstep-sizes 'T/'",
        "lockstep-sizes T\\/",
        "lockstep-sizes T/\n/etc/", "lockstep-sizes T/; id", "lockstep-sizes /=2f657463", "lockstep-sizes\tT/",
        "/lockstep-sizes T/", "rsync lockstep-sizes T/", "lockstep-sizes-of T/",
    ]

    @Test("What replication needs is let through to rsync", arguments: wishes, ["sh", "bash"])
    func wishIsGranted(wish: String, shell: String) async throws {
        let result = try await Self.ask(wish, shell: shell)
        // rsync itself answers: it was greeted by nobody, or prints its own greeting and waits.
        #expect(!result.error.contains("lockstep receive"), "\(result.error)")
        #expect(result.status != 77 && result.status != 127, "\(result.error)")
        #expect(result.error.contains("rsync error"), "\(result.error)")
    }

    @Test("What replication does not need is refused", arguments: attacks, ["sh", "bash"])
    func attackIsRefused(wish: String, shell: String) async throws {
        let result = try await Self.ask(wish, shell: shell)
        #expect(result.status == 77, "\(result.output)\(result.error)")
        #expect(result.error.hasPrefix("lockstep receive: refused: "), "\(result.error)")
        #expect(result.output == "")
    }

    @Test(
        "A gate that was set up wrongly refuses everything",
        arguments: [
            [], [""], ["/"], ["//"], ["relative"], ["/tmp/../etc"], ["/nowhere/at/all"], ["/tmp", "/"],
            ["/tmp", "etc"], ["/tmp", ""],
        ]
    )
    func badTargetIsRefused(arguments: [String]) async throws {
        let target = arguments.first ?? "/tmp"
        let result = try await LocalProgram.run(
            "sh",
            ["-s", "--"] + arguments,
            environment: ["SSH_ORIGINAL_COMMAND": "rsync --server -re.iLs . \(target)/"],
            input: try Self.program()
        )
        #expect(result.status == 77, "\(result.error)")
    }

    @Test("Of several targets, the one that is asked for is written to, and no other", arguments: ["one", "the other"])
    func severalTargets(name: String) async throws {
        try await TemporaryDirectory.with { temporary in
            let targets = ["one", "the other", "one more"].map { temporary["\($0)"] }
            for target in targets {
                try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
            }
            try temporary.write(Self.program(), to: "receive")
            try FileManager.default.createDirectory(atPath: temporary["source"], withIntermediateDirectories: false)
            try temporary.write("x", to: "source/file")
            // What sshd does: the wish in the environment, the forced command with its own arguments.
            let words = ([temporary["receive"]] + targets).map { "'\($0)'" }.joined(separator: " ")
            try temporary.write("shift; SSH_ORIGINAL_COMMAND=$* exec sh \(words)\n", to: "ssh")
            let sent = ReceiveGate.sentPath(forTarget: temporary[name])
            let pushed = try await LocalProgram.run(
                "rsync",
                ["-r", "--rsh=sh \(temporary["ssh"])", temporary["source"] + "/", "slave:\(sent)/"]
            )
            #expect(pushed.status == 0, "\(pushed.error)")
            let files = targets.map { FileManager.default.fileExists(atPath: $0 + "/file") }
            #expect(files == ["one", "the other", "one more"].map { $0 == name })
        }
    }

    @Test(
        "The sizes of a target's files are told: of that target, with their links, and behind no symbolic link",
        arguments: ["find of GNU", "find of busybox"],
        ["dash", "bash", "busybox sh"]
    )
    func sizes(userland: String, shell: String) async throws {
        try await TemporaryDirectory.with { temporary in
            let script = """
                cd "$1" && mkdir bin out 'the target' link && cat >receive || exit
                [ "$2" = 'find of GNU' ] || for name in find stat; do ln -s "$(command -v busybox)" bin/$name; done
                printf 12345 >out/secret; printf 1 >link/other
                cd 'the target'; mkdir -p 'd  r/e' empty; printf 22 >'d  r/e/f'; ln -s ../out tree; ln -s ../out/secret one
                ln -s . loop; printf 333 >"$(printf 'new\\n3 1 1:1 .\\nline')"; ln 'd  r/e/f' f2; mkfifo pipe; : >nothing
                sed -i "s|^PATH=|&$1/bin:|" ../receive
                path=/=$(printf %s "$1/the target" | od -An -v -tx1 | tr -d ' \\n')
                SSH_ORIGINAL_COMMAND="lockstep-sizes $path" IFS=0 $3 ../receive "$1/link" "$1/the target" |
                    awk '{ sub(/ [0-9]+:[0-9]+ /, " "); print }' | sort
                """
            let result = try await LocalProgram.run(
                "sh",
                ["-c", script, "sh", temporary.path.string, userland, shell],
                input: try Self.program()
            )
            #expect(result.status == 0 && result.error == "", "\(result.error)")
            #expect(
                result.output.split(separator: "\n") == [
                    "0 1 .//./nothing", "2 2 .//./d  r/e/f", "2 2 .//./f2", "3 1 .", "3 1 .//./new", "line",
                ]
            )
        }
    }

    /// rsync 3.5.0 by itself refuses a target that is reached through a link of somebody who is neither root nor its user.
    @Test(
        "A target may be reached through a symbolic link, whoever owns it",
        arguments: ["root", "daemon", "nobody"],
        ["root", "nobody"]
    )
    func linkedTarget(owner: String, user: String) async throws {
        try await TemporaryDirectory.with { temporary in
            let link = temporary["link"]
            try temporary.write(Self.program(), to: "receive")
            // Who is not root runs all as himself.
            let become = geteuid() == 0 ? "setpriv --reuid \(user) --clear-groups " : ""
            try temporary.write(
                "shift; export SSH_ORIGINAL_COMMAND=\"$*\"; exec \(become)sh '\(temporary["receive"])' '\(link)'\n",
                to: "ssh"
            )
            let made = try await LocalProgram.shell(
                """
                cd "$1" && mkdir real source && echo x >source/file && ln -s "$1/real" link && chmod 755 . || exit
                [ "$(id -u)" != 0 ] || { chown -h "$2" link && chown "$3" real; }
                """,
                temporary.path.string,
                owner,
                user
            )
            #expect(made.status == 0, "\(made.error)")
            let pushed = try await LocalProgram.run(
                "rsync",
                ["-r", "--rsh=sh \(temporary["ssh"])", temporary["source"] + "/", "slave:\(link)/"]
            )
            #expect(pushed.status == 0, "\(pushed.error)")
            #expect(FileManager.default.fileExists(atPath: temporary["real/file"]))
        }
    }

    @Test("rsync gets nothing of the caller's environment")
    func environmentIsDropped() async throws {
        // A size that is none makes rsync (3.2.3 and later) end with 1 before anything else.
        let result = try await Self.ask(
            Self.wishes[0],
            shell: "sh",
            environment: ["RSYNC_MAX_ALLOC": "junk", "IFS": "r"]
        )
        #expect(!result.error.contains("junk") && result.error.contains("rsync error"), "\(result.error)")
        #expect(result.status != 1 && result.status != 77)
    }

    @Test("A stolen key opens nothing else over the real sshd")
    func stolenKey() async throws {
        try await Replication.with(isStarted: false) { replication in
            let options = [
                "-F", "none", "-o", "BatchMode=yes", "-o", "HostKeyAlias=s1", "-o",
                "UserKnownHostsFile=\(replication.directory)/etc/known_hosts", "-i",
                "\(replication.directory)/etc/replication_key",
            ]
            let port = "\(replication.server.port)"
            let ssh = options + ["-p", port, "127.0.0.1"]
            for command in [["cat", "/etc/passwd"], [], ["-t"], ["rsync --server --sender -re.iLs . /etc/"]] {
                let result = try await LocalProgram.run("ssh", ssh + command)
                #expect(result.status == 77, "\(command): \(result.output)\(result.error)")
            }
            let forward = try await LocalProgram.run(
                "ssh",
                ["-o", "ExitOnForwardFailure=yes", "-W", "127.0.0.1:\(port)"] + ssh
            )
            #expect(forward.status != 0 && !forward.output.contains("SSH-2.0"))
            let copy = try await LocalProgram.run(
                "scp",
                options + ["-P", port, "127.0.0.1:/etc/passwd", "\(replication.directory)/stolen"]
            )
            #expect(copy.status != 0)
            let pull = try await LocalProgram.run(
                "rsync",
                [
                    "-r", "-e", "ssh " + ssh.dropLast().joined(separator: " "), "127.0.0.1:/etc/",
                    "\(replication.directory)/stolen",
                ]
            )
            #expect(pull.status != 0)
            #expect(!FileManager.default.fileExists(atPath: "\(replication.directory)/stolen"))
        }
    }

    @Test(
        "The path that is sent says the same as the gate's target",
        arguments: [
            ("/srv/data", "/srv/data"), ("/srv/data//", "/srv/data"), ("/a b", "/=2f612062"), ("/ü", "/=2fc3bc"),
            ("/a:b", "/=2f613a62"),
        ]
    )
    func sentPath(target: String, sent: String) {
        #expect(ReceiveGate.sentPath(forTarget: target) == sent)
    }

    private static func program() throws -> String { try #require(BuiltInPlaybooks.template(named: "receive")) }

    private static func ask(
        _ wish: String,
        shell: String,
        environment: [String: String] = [:]
    ) async throws -> LocalProgram.Result {
        try await TemporaryDirectory.with { temporary in
            let directory = temporary.path.string
            let target = "\(directory)/target"
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
            let program = "\(directory)/receive"
            try Self.program().write(toFile: program, atomically: false, encoding: .utf8)
            let words = wish.replacing("T/", with: "\(target)/").replacing(" T", with: " \(target)")
                .replacing("D/", with: "\(directory)/")
            return try await LocalProgram.run(
                shell,
                [program, target],
                environment: environment.merging(["SSH_ORIGINAL_COMMAND": words]) { $1 }
            )
        }
    }
}
