import FleetRunner
import LockstepTestSupport
import Testing

extension BootstrapTests {
    @Test(
        "A slave whose package takes long delays itself only: others are proven before, and a second run changes nothing"
    )
    func slowSlave() async throws {
        try await FleetFixture.with(slaves: 3) { fleet in
            // The last two come one shortly after the other, while the master still works for the one before.
            for (slave, seconds) in [("edge2", 25), ("edge3", 26)] {
                try await fleet.on(
                    slave,
                    """
                    mv /usr/bin/apt-get /usr/bin/apt-get.real
                    printf '#!/bin/sh\\nsleep \(seconds)\\nexec /usr/bin/apt-get.real "$@"\\n' >/usr/bin/apt-get
                    chmod 755 /usr/bin/apt-get
                    """
                )
            }
            let up = try await fleet.lockstep("up")
            #expect(up.exitCode == 0, "\(up.output)")
            #expect(try up.summary.proven == 3)
            let events = up.output.split(separator: "\n")
            let proven = events.firstIndex { $0.contains(#""event":"proven""#) && $0.contains(#""host":"edge1""#) }
            let installed = events.firstIndex {
                $0.contains(#""event":"task""#) && $0.contains(#""host":"edge2""#) && $0.contains("install rsync")
            }
            #expect(try #require(proven) < #require(installed))
            let again = try await fleet.lockstep("up", "--no-verify")
            #expect(try again.changes.values.allSatisfy { $0 == 0 }, "\(again.output)")
            #expect(try await fleet.leftCanaries().isEmpty)
        }
    }
}
