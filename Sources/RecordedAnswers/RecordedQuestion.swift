import FleetRunner
import Lsyncd
package import Provisioning

/// What a host is asked for a recording, and again when the recording is read: facts of every kind, about what is there and
/// about what is not.
///
/// `Shell/prepare.sh` makes what is asked about below `/srv/recorded`.
package enum RecordedQuestion {
    /// The facts, in an order of their own, by which recordings are numbered.
    package static func facts(under manager: ServiceManager) -> FactSet {
        var facts = FactSet()
        facts.formUnion(ofAnyHost)
        facts.formUnion(services(under: manager))
        facts.formUnion(ofMaster)
        return facts
    }

    /// Every kind of fact that a host is asked for a recording.
    package static let kinds = facts(under: .systemd).kinds.sorted()

    private static let place = "/srv/recorded"

    private static var ofAnyHost: FactSet {
        var facts = FactSet(RightsFact(), ClockFact(), MemoryFact(), ServiceManagerFact(), HostKeysFact())
        for user in ["root", "www-data", "lockstep", "lockstep-nobody"] {
            facts.insert(UserFact(user))
            facts.insert(AuthorizedKeysFact(of: user))
        }
        for name in ["openssh-server", "rsync", "lsyncd", "lockstep-nothing"] { facts.insert(PackageFact(name)) }
        for name in ["fs.inotify.max_user_watches", "fs.inotify.max_user_instances", "kernel.lockstep_nothing"] {
            facts.insert(SysctlFact(name))
        }
        facts.formUnion(files)
        return facts
    }

    private static var files: FactSet {
        var facts = FactSet()
        for name in [
            "file", "none", "two \"words\" and 'quotes'", "back\\slash", "ünïcode", "strange-owner", "link",
            "link-to-directory", "dangling", "pipe", "directory", "closed/inside", "nothing",
        ] {
            facts.insert(FileFact("\(place)/\(name)", .checksum))
        }
        facts.insert(FileFact("\(place)/file", .content))
        facts.insert(FileFact("\(place)/bytes", .content))
        facts.insert(FileFact("\(place)/expected", expecting: "as expected\n".utf8))
        facts.insert(FileFact("\(place)/other", expecting: "as expected\n".utf8))
        for path in ["/etc/lockstep", "/etc/lockstep/replication_key", "/usr/local/lib/lockstep/receive"] {
            facts.insert(FileFact(path))
        }
        for name in ["empty", "hidden", "directory", "closed", "file", "nothing"] {
            facts.insert(EmptyDirectoryFact("\(place)/\(name)"))
        }
        for name in ["file", "none", "bytes", "closed/inside", "nothing"] {
            facts.insert(TextFileFact("\(place)/\(name)"))
        }
        for name in ["known_hosts", "none", "nothing"] { facts.insert(KnownHostsFact("\(place)/\(name)")) }
        for name in ["key-ed25519", "key-rsa", "key-ecdsa", "key-with-passphrase", "file", "nothing"] {
            facts.insert(SSHKeyFact("\(place)/\(name)"))
        }
        facts.insert(SSHKeyFact("/etc/lockstep/replication_key"))
        return facts
    }

    private static func services(under manager: ServiceManager) -> FactSet {
        var facts = FactSet()
        for unit in [
            "ssh.service", "lsyncd.service", "lockstep-lsyncd@edge1.service", "lockstep-nothing.service",
            "lockstep-nothing@one.service",
        ] {
            facts.insert(ServiceFact(unit, manager: manager))
        }
        return facts
    }

    private static var ofMaster: FactSet {
        var facts = FactSet(
            RsyncVersionFact(),
            InotifyLimitsFact(),
            InotifyUseFact(),
            KeepersFact(),
            KeptCopiesFact(),
            LsyncdServicesFact(),
            LsyncdInstallFact("/usr/local/lib/lockstep/lsyncd"),
            LsyncdInstallFact("\(place)/lsyncd"),
            DirectoryCountFact(place),
            DirectoryCountFact("\(place)/nothing")
        )
        for copy in ["edge1", "edge2", "nobody"] { facts.insert(CopyReportFact(copy)) }
        for instance in ["edge1", "nobody"] { facts.insert(LsyncdLogFact(instance)) }
        facts.insert(
            ProtectedPathsFact(
                users: ["root", "lockstep", "lockstep-nobody"],
                paths: ["/etc/lockstep", "\(place)/directory", "\(place)/nothing"],
                targets: ["/srv/data", "/root", "/etc/lockstep/below", "\(place)/link-to-directory", "/"]
            )
        )
        return facts
    }
}
