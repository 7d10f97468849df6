import FleetRunner
import Foundation
import LockstepTestSupport
import SystemPackage
import Testing

extension BootstrapTests {
    @Test("A fleet without a network is made of a bundle, and gets nothing that it does not need")
    func bundle() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let bundle = fleet.directory["bundle"]
            let created = try await fleet.lockstep("bundle", "create", bundle)
            #expect(created.exitCode == 0, "\(created.errors)")
            for host in ["master", "edge1"] {
                try await fleet.on(
                    host,
                    "rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/* && ip route del default"
                )
            }
            let alone = try await fleet.lockstep("up")
            #expect(alone.exitCode != 0, "it has the packages from elsewhere")
            let before = try await fleet.on("edge1", "dpkg-query -W -f '${Package}\n' | sort")
            let up = try await fleet.lockstep("up", "--bundle", bundle)
            #expect(up.exitCode == 0, "\(up.output)")
            #expect(try up.summary.proven == 1)
            let after = try await fleet.on("edge1", "dpkg-query -W -f '${Package}\n' | sort")
            let gained = Set(after.split(separator: "\n")).subtracting(before.split(separator: "\n"))
            #expect(gained.isSubset(of: ["rsync", "libpopt0", "libxxhash0"]) && gained.contains("rsync"))
            #expect(try await fleet.lockstep("up").changes.values.allSatisfy { $0 == 0 })
        }
    }

    @Test("lsyncd is built of a tarball, once, again when it is another one, and taken out when it is no longer wanted")
    func source() async throws {
        try await FleetFixture.with(slaves: 1) { fleet in
            let lab = try fleet.inventory
            func choose(_ tarball: String) throws {
                try fleet.write(
                    inventory: lab + "\n[master:vars]\nlsyncd_install = source\nlsyncd_source = \(tarball)\n"
                )
            }
            /// What the service was started with, which is what it noted then.
            func program() async throws -> String {
                try await fleet.on(
                    "master",
                    "sha256sum -c --status /run/lockstep/edge1/runs && readlink /usr/local/lib/lockstep/lsyncd"
                )
            }
            let tarball = try await distributionsTarball(in: fleet.directory)
            try choose(tarball)
            #expect(try await fleet.lockstep("up").summary.proven == 1)
            let first = try await program()
            #expect(first.hasPrefix("/usr/local/lib/lockstep/lsyncd-"))
            #expect(try await fleet.on("master", "dpkg-query -W lsyncd 2>/dev/null || echo none") == "none")
            #expect(try await fleet.lockstep("up", "--no-verify").changes.values.allSatisfy { $0 == 0 })

            // The same sources, packed once more, are another tarball.
            let other = fleet.directory["other.tar"]
            _ = try await LocalProgram.shell("gzip -dc \"$1\" >\"$2\"", tarball, other)
            try choose(other)
            #expect(try await fleet.lockstep("up").summary.proven == 1)
            let second = try await program()
            #expect(second.hasPrefix("/usr/local/lib/lockstep/lsyncd-") && second != first)
            #expect(try await fleet.on("master", "ls -d /usr/local/lib/lockstep/lsyncd-* | wc -l") == "1")

            try fleet.write(inventory: lab)
            #expect(try await fleet.lockstep("up").summary.proven == 1)
            #expect(try await program() == "/usr/bin/lsyncd")
            #expect(
                try await fleet.on("master", "ls -d /usr/local/lib/lockstep/lsyncd-* 2>/dev/null || echo none")
                    == "none"
            )
        }
    }

    /// The sources of lsyncd that the distribution's package is made of, fetched from where this machine's apt looks.
    private func distributionsTarball(in directory: TemporaryDirectory) async throws -> String {
        let result = try await LocalProgram.shell(
            #"""
            set -e
            mkdir -p "$1/apt/parts" "$1/apt/lists/partial"
            cd "$1/apt"
            for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
                case $file in
                *.sources) sed 's/^Types:.*/Types: deb-src/' "$file" >"parts/${file##*/}" ;;
                *.list) [ ! -e "$file" ] || sed -n 's/^deb /deb-src /p' "$file" >"parts/${file##*/}" ;;
                esac
            done
            options="-qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=$1/apt/parts
                -o Dir::State::lists=$1/apt/lists -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
                -o APT::Sandbox::User="
            apt-get $options update
            apt-get $options source --download-only lsyncd
            ls "$1"/apt/*.orig.tar.*
            """#,
            directory.path.string
        )
        try #require(result.status == 0, "\(result.error)")
        return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
