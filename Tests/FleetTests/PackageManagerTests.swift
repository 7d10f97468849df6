import FleetRunner
import Foundation
import Lab
import LockstepTestSupport
import Provisioning
import RemoteHost
import SecureShell
import SystemPackage
import Testing

extension BootstrapTests {
    @Test(
        "The real package managers of other distributions install, and fill bundles that install without them",
        arguments: [PackageFamily.dnf, .zypper, .pacman]
    )
    func packageManager(family: PackageFamily) async throws {
        let system = try #require(OtherDistribution(family))
        try await FleetFixture.with(slaves: 1) { fleet in
            let connector = try fleet.connector(to: "edge1")
            try await connector.withConnection(to: "edge1") { host in
                let made = try await host.run(.script(system.setUp, deadline: .seconds(120)))
                try #require(made.succeeded, "\(made.errorText)")
                let kit = ModuleConformance(on: host)
                func package(_ values: [String: String]) throws -> PackageModule {
                    try PackageModule(
                        ModuleArguments(values.mapValues { .known($0) }) { (_) throws(ArgumentError) in "" }
                    )
                }
                /// Why packages cannot be installed.
                func failure(_ values: [String: String]) async throws -> String {
                    let module = try package(values)
                    let state = try module.state(from: await kit.facts(for: module))
                    guard case .change(let change) = try module.plan(state, in: PlanContext()) else { return "" }
                    let ended = try await kit.apply(change)
                    return ended.status == 0 ? "" : ended.failureText
                }

                let trial = try package(["name": "lockstep-trial"])
                let state = try #require(try trial.state(from: await kit.facts(for: trial)))
                #expect(state.family == family)
                #expect(state.platform.hasPrefix(system.platform))
                try await kit.expectChangeThenOk(PackageModule.self, ["name": "lockstep-trial"])
                if family == .dnf {
                    try await kit.expectChangeThenOk(PackageModule.self, ["name": "lockstep-trial-epel"])
                }
                #expect(try await failure(["name": "lockstep-nothing"]).contains("lockstep-nothing"))

                // What the host has installed comes along.
                let download = "set -eu\nset -- /root/new\nmkdir \"$1\"\n\(family.manager.download("lockstep-trial"))"
                let downloaded = try await host.run(.script(download, deadline: .seconds(60)))
                #expect(downloaded.succeeded, "\(downloaded.errorText)")
                #expect(!downloaded.errorText.contains("DownloadUser"))
                let files = try await fleet.on("edge1", "ls /root/new").split(separator: "\n").map(String.init)
                #expect(files.map { family.manager.package(of: $0) } == ["lockstep-trial", "lockstep-trial-library"])

                let bundle = fleet.directory["bundle"]
                let place = "\(bundle)/\(state.platform)/lockstep-trial"
                let archive = try await fleet.on("edge1", "tar -C /root/new -cz . | base64")
                let unpacked = try await LocalProgram.run(
                    "sh",
                    ["-c", "mkdir -p \"$1\" && base64 -d | tar -C \"$1\" -xz", "sh", place],
                    input: archive
                )
                #expect(unpacked.status == 0, "\(unpacked.error)")
                try await fleet.on("edge1", "\(system.remove) && mv /srv/packages /srv/away")
                let fromBundle = ["name": "lockstep-trial", "bundle": bundle]
                try await kit.expectChangeThenOk(PackageModule.self, fromBundle)

                // What the bundle lacks does not come from elsewhere.
                try await fleet.on("edge1", "\(system.remove) && mv /srv/away /srv/packages")
                for file in files where family.manager.package(of: file) == "lockstep-trial-library" {
                    try FileManager.default.removeItem(atPath: "\(place)/\(file)")
                }
                #expect(try await failure(fromBundle).contains("lockstep-trial-library"))
            }
        }
    }
}

/// What makes a Debian host look like one of another distribution, with that one's package manager and a repository.
private struct OtherDistribution {
    /// What the host's packages are made for, up to the processor.
    var platform: String
    /// Makes the host so.
    var setUp: String
    /// Takes the packages out again.
    var remove: String

    init?(_ family: PackageFamily) {
        let packages: String
        let release: String
        let rest: String
        switch family {
        case .apt, .apk: return nil
        case .dnf:
            platform = "rocky-9"
            release = "ID=rocky\nID_LIKE='rhel centos fedora'\nVERSION_ID=9.4"
            packages = "dnf dnf-plugins-core rpm createrepo-c"
            rest = Self.rpm + Self.dnf
        case .zypper:
            platform = "opensuse-leap-15.6"
            release = "ID=opensuse-leap\nVERSION_ID=15.6"
            packages = "zypper rpm createrepo-c"
            rest = Self.rpm + Self.zypper
        case .pacman:
            platform = "arch-rolling"
            release = "ID=arch"
            packages = "pacman-package-manager makepkg libarchive-tools"
            rest = Self.pacman
        }
        setUp = """
            set -eu
            export DEBIAN_FRONTEND=noninteractive
            apt-get -q update
            apt-get -q -y --no-install-recommends install \(packages)
            mv /usr/bin/apt-get /root
            rm /etc/os-release
            cat >/etc/os-release <<'END'
            \(release)
            END
            \(rest)
            """
        remove =
            family == .pacman
            ? "pacman -R --noconfirm lockstep-trial lockstep-trial-library"
            : "rpm -e lockstep-trial lockstep-trial-library"
    }

    /// Repositories of rpm's packages: `main` with one for two processors and one that it needs, and `more`.
    private static let rpm = #"""
        mkdir -p /etc/rpm /srv/packages/main /srv/packages/more /root/build
        echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros
        cd /root/build
        make() {
            cat >"$1.spec" <<END
        Name: $1
        Version: 1.0
        Release: 1
        Summary: A trial
        License: MIT
        $3
        %description
        A trial.
        %install
        mkdir -p %{buildroot}/usr/share %{buildroot}/etc/yum.repos.d
        echo trial >%{buildroot}/usr/share/$1
        printf '[more]\nname=more\nbaseurl=file:///srv/packages/more\ngpgcheck=0\n' >%{buildroot}/etc/yum.repos.d/more.repo
        %files
        ${4-/usr/share/$1}
        END
            shift
            rpmbuild -bb --quiet --define '_topdir /root/build' --define '_unpackaged_files_terminate_build 0' \
                --target "$1" ./*.spec
            rm ./*.spec
        }
        make lockstep-trial "$(uname -m)" 'Requires: lockstep-trial-library'
        make lockstep-trial i686 'Requires: lockstep-trial-library'
        make lockstep-trial-library noarch ''
        make epel-release noarch '' /etc/yum.repos.d/more.repo
        mv RPMS/*/*.rpm /srv/packages/main
        make lockstep-trial-epel noarch ''
        mv RPMS/*/*.rpm /srv/packages/more
        make lockstep-trial-system noarch ''
        rpm -i --nodeps RPMS/*/*.rpm
        createrepo_c -q /srv/packages/main
        createrepo_c -q /srv/packages/more

        """#

    private static let dnf = #"""
        # A plugin of Debian's, which makes a repository of what was downloaded.
        sed -i 's/^enabled.*/enabled = false/' /etc/dnf/plugins/local.conf
        mkdir -p /etc/yum.repos.d
        printf '[trial]\nname=trial\nbaseurl=file:///srv/packages/main\ngpgcheck=0\n' >/etc/yum.repos.d/trial.repo
        """#

    /// With a repository whose address names the release, and one that cannot be reached.
    private static let zypper = #"""
        mkdir -p /etc/zypp/repos.d /etc/products.d
        ln -s main /srv/packages/15.6
        cat >/etc/zypp/repos.d/trial.repo <<'END'
        [trial]
        name=trial
        enabled=1
        autorefresh=1
        baseurl=dir:///srv/packages/$releasever
        gpgcheck=0
        [dead]
        name=dead
        enabled=1
        autorefresh=1
        baseurl=http://127.0.0.1:9/dead
        gpgcheck=0
        END
        cat >/etc/products.d/Leap.prod <<END
        <?xml version="1.0" encoding="UTF-8"?>
        <product schemeversion="0">
          <vendor>openSUSE</vendor><name>Leap</name><version>15.6</version><release>1</release>
          <arch>$(uname -m)</arch><summary>openSUSE Leap 15.6</summary>
        </product>
        END
        ln -s Leap.prod /etc/products.d/baseproduct
        """#

    private static let pacman = #"""
        mkdir -p /srv/packages
        make() {
            mkdir -p "/root/build/$1/usr/share"
            cd "/root/build/$1"
            echo trial >"usr/share/$1"
            printf 'pkgname = %s\npkgver = 1.0-1\npkgdesc = A trial\nsize = 6\narch = any\n%s\n' "$1" "$2" >.PKGINFO
            bsdtar --uid 0 --gid 0 --zstd -cf "/srv/packages/$1-1.0-1-any.pkg.tar.zst" .PKGINFO usr
        }
        make lockstep-trial 'depend = lockstep-trial-library'
        make lockstep-trial-library ''
        repo-add -q /srv/packages/trial.db.tar.gz /srv/packages/*.zst
        cat >/etc/pacman.conf <<'END'
        [options]
        Architecture = auto
        SigLevel = Optional TrustAll
        DownloadUser = alpm
        [trial]
        Server = file:///srv/packages
        END
        """#
}
