import Lab
import LockstepTestSupport
import Testing

extension FleetFixture {
    /// The fleet with another init on its master, from these packages of Debian.
    func withInit(_ packages: String) async throws -> FleetFixture {
        try await on(
            "master",
            """
            export DEBIAN_FRONTEND=noninteractive
            apt-get -qq update
            apt-get -qq -y --allow-remove-essential --no-install-recommends install \(packages) >/dev/null 2>&1
            """
        )
        return try await afterPowerCut()
    }

    /// The fleet after its master lost its power and came back.
    func afterPowerCut() async throws -> FleetFixture {
        let master = try #require(report.hosts.first)
        let killed = try await LocalProgram.shell("podman kill \"$1\" || docker kill \"$1\"", master.container)
        try #require(killed.status == 0, "\(killed.error)")
        return try await grown(to: report.hosts.count - 1)
    }
}
