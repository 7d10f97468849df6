import Testing

@testable import Lab

@Suite("What engines are told")
struct ContainerEngineTests {
    static func podman(_ runtime: String? = nil, limits: ContainerLimits? = nil) -> ContainerEngine {
        ContainerEngine(kind: .podman, version: "4.3.1", defaultRuntime: "crun", runtime: runtime, limits: limits)
    }

    static let state = LabState(
        id: "abc",
        engine: .podman,
        requestedImage: nil,
        image: "localhost/lockstep-lab:1",
        subnet: Subnet(base: 10 << 24, prefix: 22),
        inventory: "/w/lab.ini",
        madeFolders: [],
        outside: .reachable,
        hosts: [LabState.Host(name: "edge1", address: "10.0.0.3", wasUp: false)]
    )

    @Test("A host on podman boots systemd with the rights that make sandboxing real")
    func podmanHost() {
        let command = Self.podman().createHost(Self.state.hosts[0], of: Self.state, idFile: "/s/edge1.cid")
        #expect(
            command.text
                == "podman create --name lockstep-abc-edge1 --hostname edge1 --label lockstep.lab=abc "
                + "--cidfile /s/edge1.cid --network lockstep-abc --ip 10.0.0.3 "
                + "--mac-address 02:4c:0a:00:00:03 --systemd=always "
                + "--cap-add SYS_ADMIN,DAC_READ_SEARCH,NET_ADMIN localhost/lockstep-lab:1 /sbin/init"
        )
    }

    @Test("Runtime and limits are told only where the engine's own do not serve")
    func adapted() {
        let engine = Self.podman("runc", limits: ContainerLimits(openFiles: 20000, processes: 4096))
        let text = engine.createHost(Self.state.hosts[0], of: Self.state, idFile: "/f").text
        #expect(text.contains(" --runtime runc --ulimit nofile=20000:20000 --ulimit nproc=4096:4096 "))
        let plain = Self.podman().createHost(Self.state.hosts[0], of: Self.state, idFile: "/f").text
        #expect(!plain.contains("--runtime") && !plain.contains("--ulimit"))
    }

    @Test("A host on docker is never privileged")
    func dockerHost() {
        var engine = Self.podman()
        engine.kind = .docker
        let text = engine.createHost(Self.state.hosts[0], of: Self.state, idFile: "/f").text
        #expect(text.hasPrefix("docker create ") && text.contains("--tmpfs /run ") && !text.contains("--privileged"))
        #expect(!text.contains("--systemd"))
    }

    @Test("crun is passed over where cgroups are not of version 2 alone")
    func runtimes() throws {
        let search = { (info: String) throws(LabError) in
            try EngineSearch.engine(.podman, info: info, limits: nil).runtime
        }
        #expect(try search("4.3.1 crun v1\n") == "runc")
        #expect(try search("4.3.1 crun v2") == nil)
        #expect(try search("4.3.1 runc v1") == nil)
        #expect(throws: LabError.self) { try search("4.3.1") }
    }

    @Test("A process without CAP_SYS_RESOURCE hands on no more than it has")
    func limits() {
        let text = """
            Limit                     Soft Limit           Hard Limit           Units
            Max processes             96364                96364                processes
            Max open files            1024                 20000                files
            """
        let bound = MachineLimits(status: "Uid:\t0\t0\t0\t0\nCapEff:\t000001fffeffffff\n", limits: text)
        #expect(bound.containerLimits == ContainerLimits(openFiles: 20000, processes: 4096))
        #expect(bound.user == 0)
        let free = MachineLimits(status: "Uid:\t1000\t1000\t0\t0\nCapEff:\t000001ffffffffff\n", limits: text)
        #expect(free.containerLimits == nil)
        #expect(free.user == 1000)
        let endless = MachineLimits(status: "CapEff: 0", limits: "Max open files  unlimited  unlimited  files")
        #expect(endless.containerLimits == ContainerLimits(openFiles: 65536, processes: 4096))
    }

    @Test("Only the lab's own images are purged")
    func cachedImages() {
        let names = [
            "localhost/lockstep-lab:1", "localhost/lockstep-lab-bare:bookworm", "localhost/lockstep-labs:1",
            "debian:12",
        ]
        #expect(names.map(ContainerEngine.isCached) == [true, true, false, false])
    }

    @Test("A host's answer is read line by line, whatever else it prints")
    func bootAnswer() {
        let boot = HostBoot(answer: "state degraded\nfailed a.service\nnoise\nkey ssh-ed25519 AAAA\nkey ecdsa BBBB\n")
        #expect(boot.state == "degraded" && boot.failedUnits == ["a.service"])
        #expect(
            boot.knownHostsLines(name: "edge1", address: "10.0.0.3")
                == "edge1,10.0.0.3 ssh-ed25519 AAAA\nedge1,10.0.0.3 ecdsa BBBB\n"
        )
    }

    @Test("A lab without outside has no default route, another one keeps it")
    func outside() {
        #expect(HostBoot.script(authorizedKey: "k", outside: .unreachable).contains("ip route del default"))
        #expect(!HostBoot.script(authorizedKey: "k", outside: .reachable).contains("ip route"))
    }
}
