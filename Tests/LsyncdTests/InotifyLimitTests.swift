import LockstepTestSupport
import Lsyncd
import Testing

/// Here the layer can do no better than lsyncd as it comes: lsyncd itself ends. Hence `up` raises the limits beforehand.
@Suite(
    "The limits of inotify",
    .timeLimit(.minutes(5)),
    .enabled("needs a user namespace whose limits can be set", { try await UserLimit.canBeSet })
)
struct InotifyLimitTests {
    /// What a person is told of an lsyncd that ended, and that systemd is about to start again.
    private func diagnosis(_ replication: Replication) throws -> String {
        let state = MasterState(
            keepers: ["x": [Replication.name]],
            services: ["x": LsyncdService(state: "activating")],
            logs: ["x": replication.log.split(separator: "\n").map(String.init)]
        )
        return try InstanceDiagnosis(mirror: Replication.name).explanation(of: state.facts(about: [Replication.name]))
    }

    @Test(
        "One directory too many ends lsyncd in the middle of its work; that is told, and with room it makes all good",
        arguments: Replication.Configured.allCases
    )
    func watches(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured, isStarted: false) { replication in
            try await replication.start(limits: [.watches: 60])
            try replication.write("x", to: "first")
            try await eventually("the first file arrives") { replication.arrived("first") == "x" }
            _ = try await LocalProgram.shell("cd \"$1\" && mkdir $(seq 100) && echo y >100/file", replication.source)
            try await eventually("lsyncd ends") { !replication.isRunning }
            #expect(try diagnosis(replication).contains("Terminating since out of inotify watches"))
            #expect(try diagnosis(replication).contains("lockstep-lsyncd@x.service is activating"))

            try await replication.start(limits: [.watches: 60])
            try await eventually("it ends at once, as often as it is started") { !replication.isRunning }
            try await replication.start(limits: [.watches: 120])
            try await replication.untilEqual()
            #expect(replication.isRunning)
        }
    }

    @Test("One lsyncd too many ends as it starts, and that is told", arguments: Replication.Configured.allCases)
    func instances(configured: Replication.Configured) async throws {
        try await Replication.with(by: configured, isStarted: false) { replication in
            try await replication.start(limits: [.instances: 0])
            try await eventually("lsyncd ends") { !replication.isRunning }
            #expect(try diagnosis(replication).contains("Cannot access inotify monitor"))
            try await replication.start(limits: [.instances: 1])
            try replication.write("x", to: "file")
            try await replication.untilEqual()
        }
    }
}
