import Foundation
import LockstepTestSupport
import RecordedAnswers
import Testing

/// The folder of the recordings, where they are to be written.
private let folder = ProcessInfo.processInfo.environment["LOCKSTEP_RECORDINGS"].map { URL(filePath: $0) }

/// Writes the recordings of `Tests/RecordedAnswersTests/Fixtures` anew, where a variable names that folder:
/// `make record-facts`.
@Suite("The recording of facts", .serialized, .enabled(if: folder != nil))
struct FactRecordingTests {
    @Test(
        "The answers of Debian's releases are recorded",
        arguments: [RecordedHost.System.debian11, .debian12, .debian13]
    )
    func releases(system: RecordedHost.System) async throws {
        let codenames: [RecordedHost.System: String] = [.debian11: "bullseye", .debian13: "trixie"]
        let image: String? =
            if let codename = codenames[system] {
                try await DebianRoot.of(codename, with: .none).image()
            } else {
                nil
            }
        try await FleetFixture.with(slaves: 2, image: image) { fleet in
            try await record([system], fleet)
        }
    }

    @Test("The answers of hosts without systemd are recorded")
    func sysvinit() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            try await record([.sysvinit], fleet.withInit("sysvinit-core"))
        }
    }

    @Test("The answers of hosts with OpenRC, with GNU's tools and with BusyBox's, are recorded")
    func openrc() async throws {
        try await FleetFixture.with(slaves: 2) { fleet in
            try await record([.openrc, .busybox], fleet.withInit("sysvinit-core openrc busybox"))
        }
    }

    /// Records the hosts of a fleet that is not set up yet, then sets it up, and records them again.
    private func record(_ systems: [RecordedHost.System], _ fleet: FleetFixture) async throws {
        let recorder = FactRecorder(folder: try #require(folder), fleet: fleet)
        for state in RecordedHost.State.allCases {
            if state == .master {
                let up = try await fleet.lockstep("up")
                try #require(up.exitCode == 0, "\(up.output)\(up.errors)")
                // The canaries' own changes may still be on their way.
                let isIdle = "grep -hs '\"waiting\":0,' /run/lockstep/*/report.json | grep -c '\"sending_since\":0,'"
                let idle = try await fleet.on(
                    "master",
                    "while [ \"$(\(isIdle))\" != 2 ]; do sleep 0.2; done; echo idle"
                )
                #expect(idle == "idle")
            }
            for system in systems where system.states.contains(state) {
                try await recorder.record(RecordedHost(system, state), on: state == .slave ? "edge1" : "master")
            }
        }
    }
}
