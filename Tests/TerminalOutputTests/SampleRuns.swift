import Provisioning

@testable import FleetRunner

/// Runs as lists of events, fixed for ever.
enum SampleRuns {
    static func task(
        _ outcome: Outcome,
        _ title: String,
        on host: String,
        for item: String? = nil,
        _ summary: String = "",
        diff: [String] = [],
        isKnownAfterApply: Bool = false,
        kind: FailureKind? = nil,
        message: String? = nil,
        hint: String? = nil
    ) -> RunEvent {
        .task(
            TaskReport(
                task: title,
                module: "a-module",
                host: host,
                item: item,
                subject: item ?? host,
                outcome: outcome,
                summary: summary,
                diff: diff,
                isKnownAfterApply: isKnownAfterApply,
                kind: kind,
                message: message,
                hint: hint
            )
        )
    }

    static func host(
        _ name: String,
        _ outcome: Outcome,
        _ counts: (ok: Int, changed: Int, failed: Int, skipped: Int),
        kind: FailureKind? = nil,
        message: String? = nil,
        hint: String? = nil
    ) -> HostReport {
        HostReport(
            host: name,
            outcome: outcome,
            kind: kind,
            message: message,
            hint: hint,
            counts: .init(ok: counts.ok, changed: counts.changed, failed: counts.failed, skipped: counts.skipped)
        )
    }

    static func finished(
        _ hosts: [HostReport],
        proven: Int? = nil,
        lockHolder: String? = nil,
        seconds: Double,
        _ exitCode: Int32
    ) -> RunEvent {
        .finished(
            RunSummary(hosts: hosts, proven: proven, lockHolder: lockHolder, seconds: seconds, exitCode: exitCode)
        )
    }

    /// A run in which nearly everything happens that can.
    static let eventful: [RunEvent] = [
        .warning(host: nil, message: "lab.ini:9: the group 'spare' is empty"),
        .started(verb: "up", hosts: ["hub", "edge1", "edge2", "edge3", "edge4", "cupboard"], tasks: 14),
        .connecting(host: "hub"),
        .probed(
            host: "hub",
            seconds: 0.2504,
            kinds: [KindTime("file", seconds: 0.1204), KindTime("service", seconds: 0.0301)]
        ),
        .probed(host: "edge1", seconds: 0.1),
        task(.ok, "The master has the source directory", on: "hub"),
        task(
            .ok,
            "The master may watch many directories",
            on: "hub",
            message: "fs.inotify.max_user_watches stays at 131072, read-only here; 65536 suffices"
        ),
        .applying(host: "edge1", changes: ["install rsync", "make /srv/mirror"]),
        task(.changed, "The slaves have rsync", on: "edge1", "install rsync", diff: ["+ package rsync"]),
        task(
            .changed,
            "lsyncd is told of the slave",
            on: "hub",
            for: "edge1",
            "rewrite /etc/lockstep/lsyncd/edge1.lua",
            diff: ["-     delay   = \"1\",", "+     delay   = \"5\","]
        ),
        task(
            .failed,
            "The slaves have rsync",
            on: "edge2",
            "install rsync",
            kind: .task,
            message: "E: Unable to fetch some archives\nE: Unable to correct problems (status 100)",
            hint: "look whether 'apt-get update' works there"
        ),
        task(.skipped, "The slaves trust the master", on: "edge2", message: "'The slaves have rsync' did not succeed"),
        task(
            .failed,
            "The slave loses no file that the master does not have",
            on: "hub",
            for: "edge3",
            "see what the first pass would delete on edge3",
            kind: .refused,
            message: "/srv/mirror on edge3 has 2 files that the master does not have, and would lose them: a, b"
        ),
        .canaryWritten(sync: nil, step: "created"),
        .canarySeen(host: "edge1", sync: nil, step: "created", seconds: 1.2346),
        .proven(
            host: "edge1",
            sync: nil,
            latencies: [
                StepLatency(step: "created", seconds: 1.2346), StepLatency(step: "changed", seconds: 1.1),
                StepLatency(step: "renamed", seconds: 0.0404), StepLatency(step: "deleted", seconds: 1.02),
            ]
        ),
        .warning(host: "edge1", message: "something of the canary may be left"),
        finished(
            [
                host("hub", .changed, (12, 1, 0, 0)), host("edge1", .changed, (5, 1, 0, 0)),
                host("edge2", .failed, (3, 0, 1, 4), kind: .task, message: "The slaves have rsync: E: …"),
                host("edge3", .failed, (6, 0, 1, 1), kind: .refused, message: "…"),
                host(
                    "edge4",
                    .failed,
                    (6, 0, 0, 0),
                    kind: .proof,
                    message: "a canary was not seen to be created within 10 s",
                    hint: "lockstep-lsyncd@edge4.service is failed\nits log says:\n  Error: no permission"
                ),
                host(
                    "cupboard",
                    .unreachable,
                    (0, 0, 0, 8),
                    kind: .unreachable,
                    message: "192.0.2.9 port 22: no answer within 10 s",
                    hint: "is it switched on, and does the network lead there?"
                ),
            ],
            proven: 1,
            seconds: 61.96,
            4
        ),
    ]

    /// A run that finds everything as wanted.
    static let quiet: [RunEvent] = [
        .started(verb: "up", hosts: ["hub", "edge1"], tasks: 2),
        .connecting(host: "hub"), .connecting(host: "edge1"),
        .probed(host: "hub", seconds: 0.2), .probed(host: "edge1", seconds: 0.2),
        task(.ok, "The slaves have rsync", on: "edge1"),
        task(.ok, "The master has rsync and lsyncd", on: "hub"),
        finished([host("hub", .ok, (1, 0, 0, 0)), host("edge1", .ok, (1, 0, 0, 0))], proven: 1, seconds: 0.449, 0),
    ]

    /// A plan of changes, of which one depends on another.
    static let plan: [RunEvent] = [
        .started(verb: "plan", hosts: ["hub", "edge1"], tasks: 4),
        task(
            .changed,
            "The master has the layer over lsyncd",
            on: "hub",
            "write /usr/local/lib/lockstep/layer.lua",
            diff: (1...7).map { "+ line \($0)" }
        ),
        task(
            .changed,
            "The slaves trust the master",
            on: "edge1",
            "let a key that is still to be made log in as root",
            isKnownAfterApply: true
        ),
        finished([host("hub", .changed, (0, 1, 0, 0)), host("edge1", .changed, (0, 1, 0, 0))], seconds: 0.3, 0),
    ]

    /// A run that met another run's lock, and hosts as a whole that failed.
    static let locked: [RunEvent] = [
        .started(verb: "up", hosts: ["hub", "edge1", "edge2"], tasks: 4),
        task(.skipped, "The slaves have rsync", on: "edge1", message: "another run holds the lock"),
        .interrupted,
        finished(
            [
                host("hub", .skipped, (3, 0, 0, 2), message: "another run holds the lock: alice@laptop"),
                host(
                    "edge1",
                    .failed,
                    (0, 0, 0, 3),
                    kind: .task,
                    message:
                        "its script ended early, with status 1, during the look at it: sudo: a password is required",
                    hint: "log in there and look whether you become root without a password; then run again"
                ),
                host(
                    "edge2",
                    .failed,
                    (0, 0, 0, 3),
                    kind: .hostKey,
                    message: "its ed25519 key has changed: it was SHA256:AAAA, now it is SHA256:BBBB",
                    hint: "if that was you, take the old key out of known_hosts"
                ),
            ],
            lockHolder: "alice@laptop, pid 17, since 2026-01-02 03:04:05 UTC",
            seconds: 2,
            7
        ),
    ]

    /// What a host could send to play with a terminal: escape sequences, a carriage return, a bell, C1, a turned text.
    static let hostile: [RunEvent] = [
        .started(verb: "up", hosts: ["hub"], tasks: 1),
        .applying(host: "hub", changes: ["write \u{1B}[2J/etc/x\nand\tmore", "another"]),
        task(
            .failed,
            "A title with \u{1B}]0;mischief\u{07}",
            on: "hub",
            kind: .task,
            message: "\u{1B}[31mred\u{1B}[0m\rover\r\nsecond\u{9B}2Jline\u{08}\u{7F}\u{0}\u{202E}drow\tčeský 日本",
            hint: "say \u{1B}[A"
        ),
        finished(
            [host("hub", .failed, (0, 0, 1, 0), kind: .task, message: "…")],
            lockHolder: "eve\u{1B}[2J",
            seconds: 1,
            4
        ),
    ]
}
