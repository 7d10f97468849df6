import FleetRunner
import Provisioning
import RemoteHost

/// Answers of hosts as commands get them, with all that they can have.
enum SampleAnswers {
    static let hosts = (["hub"] + (1...9).map { "edge\($0)" }).enumerated().map { index, name in
        AdHocHost(name: name, address: "192.0.2.\(index)")
    }

    /// A run of a command in which everything happens.
    static let command: [AdHocEvent] =
        [.warning(message: "lab.ini:9: the group 'spare' is empty"), .started(verb: "exec", hosts: hosts)]
        + hosts.map { .connecting(host: $0.name) } + [
            answer("edge3", 0, "same\n"),
            answer("edge5", 1, "same\n", error: "cat: /srv/x: No such file\nor directory"),
            answer("edge1", 0, "same\n"),
            answer("hub", 0, "other"),
            answer("edge2", 0, "same\n"),
            .answered(
                AdHocReport(host: "edge4", output: CommandOutput(exit: .signal("KILL"), omitted: 12), seconds: 0.5)
            ),
            failure("edge6", .unreachable, "connection refused by 192.0.2.6 port 22", hint: "does sshd run there?"),
            failure("edge7", .unreachable, "connection refused by 192.0.2.7 port 22", hint: "does sshd run there?"),
            .answered(
                AdHocReport(
                    host: "edge8",
                    error: RemoteHostError(.timedOut, "the command did not end within 5 seconds"),
                    output: CommandOutput(exit: nil, standardOutput: Array("begun".utf8)),
                    seconds: 5
                )
            ),
            .interrupted(waiting: ["edge9"]),
            failure("edge9", .cancelled, "the run was interrupted before this host's turn"),
            .finished(
                AdHocSummary(counts: [.ok: 4, .failed: 3, .unreachable: 2, .skipped: 1], seconds: 5.04, exitCode: 130)
            ),
        ]

    /// Hosts that print what a terminal should not be given.
    static let hostile: [AdHocEvent] = [
        .started(verb: "exec", hosts: Array(hosts.prefix(2))),
        answer("hub", 0, "\u{1B}[2Jcleared\r\n\ttab\u{7}\n"),
        answer("edge1", 0, "\u{1B}[2Jcleared\r\n\ttabs\u{7}\n", error: "\u{1B}]0;title\u{7}"),
        .finished(AdHocSummary(counts: [.ok: 2], seconds: 0, exitCode: 0)),
    ]

    /// A ping of three hosts, one of which is not reached.
    static let ping: [AdHocEvent] = [
        .started(verb: "ping", hosts: Array(hosts.prefix(3))),
        .answered(
            AdHocReport(
                host: "edge1",
                steps: ConnectionSteps(
                    address: "2001:db8::1",
                    lookup: 0.0123,
                    connect: 1.5,
                    handshake: 0.04,
                    authentication: 0.02
                ),
                seconds: 1.58
            )
        ),
        .answered(
            AdHocReport(
                host: "hub",
                steps: ConnectionSteps(
                    address: "192.0.2.0",
                    lookup: nil,
                    connect: 0.00004,
                    handshake: 0.0102,
                    authentication: 0.0099
                ),
                seconds: 0.0201
            )
        ),
        .answered(
            AdHocReport(host: "edge2", error: RemoteHostError(.hostKeyRefused, "its key is unknown"), seconds: 0.1)
        ),
        .finished(AdHocSummary(counts: [.ok: 2, .failed: 1], seconds: 1.6, exitCode: 8)),
    ]

    static let directory = ShownValue.fields([
        .init("is", .text("directory")), .init("owner", .text("root")), .init("group", .text("root")),
        .init("mode", .text("0755")),
    ])
    static let rights = ShownValue.fields([.init("user", .text("root")), .init("is_root", .flag(true))])
    static let deadService = FactAnswer(
        kind: "service",
        subject: "a.service",
        value: .failure(
            PlanError("what starts the services of this host does not answer", hint: "look whether it runs")
        )
    )

    /// Facts of three hosts, one of which is not reached, with what a terminal should not be given.
    static let facts: [AdHocEvent] = [
        .started(verb: "facts", hosts: Array(hosts.prefix(4))),
        .answered(
            AdHocReport(
                host: "edge1",
                facts: [
                    FactAnswer(kind: "rights", subject: "", value: .success(rights)), deadService,
                    FactAnswer(
                        kind: "file",
                        subject: "/srv/a\u{1B}[1m\nb",
                        value: .failure(PlanError("it cannot be read: one\ntwo\u{7}"))
                    ),
                ],
                seconds: 0.5
            )
        ),
        .answered(
            AdHocReport(
                host: "hub",
                facts: [
                    FactAnswer(kind: "file", subject: "/etc/lockstep", value: .success(directory)),
                    FactAnswer(
                        kind: "keepers",
                        subject: "",
                        value: .success(.fields([.init("a.service", .list([.text("edge1"), .text("edge2")]))]))
                    ),
                ],
                seconds: 0.4
            )
        ),
        .answered(AdHocReport(host: "edge3", facts: [], seconds: 0.1)),
        failure("edge2", .unreachable, "connection refused by 192.0.2.2 port 22", hint: "does sshd run there?"),
        .finished(AdHocSummary(counts: [.ok: 2, .failed: 1, .unreachable: 1], seconds: 0.6, exitCode: 4)),
    ]

    static func answer(_ host: String, _ status: Int32, _ output: String, error: String = "") -> AdHocEvent {
        let output = CommandOutput(
            exit: .status(status),
            standardOutput: Array(output.utf8),
            standardError: Array(error.utf8)
        )
        return .answered(AdHocReport(host: host, output: output, seconds: 0.25))
    }

    static func failure(
        _ host: String,
        _ code: RemoteHostError.Code,
        _ message: String,
        hint: String? = nil
    ) -> AdHocEvent {
        .answered(AdHocReport(host: host, error: RemoteHostError(code, message, hint: hint), seconds: 0))
    }
}
