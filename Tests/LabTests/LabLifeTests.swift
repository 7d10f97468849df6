import Synchronization
import SystemPackage
import Testing

@testable import Lab

/// These run a real engine as root, and make the base image where it is not there yet.
///
/// One after the other: they share the machine's processors, and what they assert about mounts is about all of them.
@Suite("A lab's life", .serialized, .timeLimit(.minutes(20)))
struct LabLifeTests {
    @Test("A lab comes up, installs without a network, grows, loses and regains a slave, and leaves nothing")
    func wholeLife() async throws {
        let mountsBefore = try Self.mounts()
        try await LabFixture.with { fixture in
            let lab = fixture.lab
            var request = LabRequest(slaves: 1, inventory: fixture.inventory, outside: .unreachable)
            let first = try await lab.up(request)
            #expect(first.brought == ["master", "edge1"])
            let state = try #require(try lab.directory.loadState())
            let engine = try await lab.engine(of: state)

            // Own keys, own identity, no way out, and the packages all the same.
            var hostKeys: Set<String> = []
            var identities: Set<String> = []
            for host in first.hosts {
                let facts = try await fixture.ssh(
                    host.address,
                    "hostname; cat /etc/machine-id; cut -d' ' -f2 /etc/ssh/ssh_host_ed25519_key.pub; ip route show default"
                )
                let lines = facts.output.split(whereSeparator: \.isNewline).map(String.init)
                try #require(lines.count == 3, "\(facts)")
                #expect(lines[0] == host.name)
                identities.insert(lines[1])
                hostKeys.insert(lines[2])
            }
            #expect(hostKeys.count == 2 && identities.count == 2)
            let edge1 = try #require(first.hosts.last)
            let absent = try await fixture.ssh(edge1.address, "command -v rsync lsyncd")
            #expect(absent.output.isEmpty)
            let install = try await fixture.ssh(edge1.address, "apt-get install -y rsync lsyncd && rsync --version")
            #expect(install.succeeded, "\(install.complaint)")
            let sandbox = try await fixture.ssh(
                edge1.address,
                "systemd-run --quiet --wait -p ProtectSystem=strict touch /usr/through; ls /usr/through"
            )
            #expect(!sandbox.succeeded, "a unit wrote through ProtectSystem")

            // A stranger's key is refused with what the lab wrote.
            let swapped = try #require(try LocalFile.textIfThere(lab.directory.knownHosts))
                .replacing("10.", with: "11.")
            try LocalFile.write(swapped, to: fixture.folder.appending("other"))
            let stranger = LoginCheck(
                address: edge1.address,
                privateKey: first.privateKey,
                knownHosts: fixture.folder.appending("other")
            )
            #expect(try await stranger.command(deadline: .seconds(20)).run().status == 255)

            // A second slave; the others are not touched.
            request.slaves = 2
            let second = try await lab.up(request)
            #expect(second.brought == ["edge2"])
            #expect(Array(second.hosts.prefix(2)) == first.hosts)
            let text = try #require(try LocalFile.textIfThere(second.inventory))
            #expect(text.contains("edge2 ansible_host=\(second.hosts[2].address)\n"))

            try await lab.stop("edge2")
            var status = try #require(try await lab.status())
            #expect(status.hosts.map(\.isRunning) == [true, true, false])
            #expect(status.hosts.map(\.answersSSH) == [true, true, false])
            try await lab.start("edge2")
            status = try #require(try await lab.status())
            #expect(status.hosts.map(\.answersSSH) == [true, true, true])

            await #expect(throws: LabError.self) { try await lab.stop("edge9") }
            request.slaves = 1
            await #expect(throws: LabError.self) { try await lab.up(request) }
            #expect(try await lab.status()?.hosts.count == 3)

            #expect(try await lab.down())
            #expect(try await LabFixture.traces(of: state, engine: engine) == [])
            #expect(!LocalFile.exists(fixture.inventory.removingLastComponent()))
            #expect(!LocalFile.exists(lab.directory.path))
            #expect(try await lab.status() == nil)
            #expect(try await lab.down() == false)
        }
        #expect(try Self.mounts() == mountsBefore)
    }

    @Test("A lab that is interrupted while its hosts boot takes back what it had made")
    func interrupted() async throws {
        let seen = Mutex<LabState?>(nil)
        let (events, feed) = AsyncStream.makeStream(of: LabEvent.self)
        try await LabFixture.with(onEvent: { feed.yield($0) }) { fixture in
            let lab = fixture.lab
            let outcome = await withTaskGroup(of: LabError?.self) { group in
                group.addTask {
                    do {
                        _ = try await lab.up(LabRequest(slaves: 1, inventory: fixture.inventory))
                        return nil
                    } catch {
                        return error as? LabError
                    }
                }
                for await event in events {
                    guard case .host(_, .booting) = event else { continue }
                    let state = try? lab.directory.loadState()
                    seen.withLock { $0 = state }
                    group.cancelAll()
                    break
                }
                return await group.next() ?? nil
            }
            #expect(outcome?.code == .cancelled)
            let state = try #require(seen.withLock { $0 })
            let engine = try await lab.engine(of: state)
            #expect(try await LabFixture.traces(of: state, engine: engine) == [])
            #expect(!LocalFile.exists(lab.directory.path))
            #expect(!LocalFile.exists(fixture.inventory))
        }
    }

    @Test("An image that boots no systemd is named as the reason, and nothing of the lab is left")
    func brokenImage() async throws {
        try await LabFixture.with { fixture in
            let engine = try await EngineSearch(limits: try Lab.requireRoot()).find(.auto)
            let archive = fixture.folder.appending("empty.tar")
            try await LocalCommand(
                program: "tar",
                arguments: ["--create", "--file", archive.string, "--directory", "/bin", "true"]
            ).check("packing").ignore()
            let name = "localhost/lockstep-test-\(UInt32.random(in: 0 ... .max))"
            try await engine.importImage(archive.string, as: name).check("importing").ignore()
            let failure = await #expect(throws: LabError.self) {
                try await fixture.lab.up(LabRequest(slaves: 1, image: name, inventory: fixture.inventory))
            }
            try await engine.removeImages([name]).check("removing").ignore()
            #expect(failure?.code == .image)
            #expect(!LocalFile.exists(fixture.lab.directory.path))
        }
    }

    @Test("A file that no lab wrote is never overwritten")
    func strangersInventory() async throws {
        try await LabFixture.with { fixture in
            try LocalFile.makeFolder(fixture.inventory.removingLastComponent())
            try LocalFile.write("[master]\n", to: fixture.inventory)
            let failure = await #expect(throws: LabError.self) {
                try await fixture.lab.up(LabRequest(slaves: 1, inventory: fixture.inventory))
            }
            #expect(failure?.code == .conflict)
            #expect(try LocalFile.textIfThere(fixture.inventory) == "[master]\n")
            #expect(!LocalFile.exists(fixture.lab.directory.path))
        }
    }

    @Test("Two processes never change one lab at the same time")
    func lock() async throws {
        try await LabFixture.with { fixture in
            let directory = LabDirectory(fixture.folder)
            try await LabLock.holding(directory) { () async throws(LabError) in
                let failure = await #expect(throws: LabError.self) {
                    try await LabLock.holding(directory) { () async throws(LabError) in }
                }
                #expect(failure?.code == .busy)
            }
            try await LabLock.holding(directory) { () async throws(LabError) in }
            #expect(!LocalFile.exists(directory.lock))
        }
    }

    @Test(
        "A request that cannot be is refused before anything is made",
        arguments: [
            LabRequest(slaves: 0, inventory: "/tmp/x.ini"), LabRequest(slaves: 5000, inventory: "/tmp/x.ini"),
            LabRequest(slaves: 1, inventory: "/tmp/a b.ini"), LabRequest(slaves: 1, inventory: "/tmp/a\n[b]"),
        ]
    )
    func impossible(request: LabRequest) async throws {
        try await LabFixture.with { fixture in
            let failure = await #expect(throws: LabError.self) { try await fixture.lab.up(request) }
            #expect(failure?.code == .invalidRequest)
            #expect(!LocalFile.exists(fixture.lab.directory.path))
        }
    }

    /// The mounts of containers; those of the engine itself stay between labs.
    private static func mounts() throws -> [Substring] {
        try (LocalFile.textIfThere("/proc/self/mounts") ?? "").split(whereSeparator: \.isNewline).filter {
            $0.contains("/overlay-containers/") || $0.contains("/merged") || $0.contains("netns/netns-")
                || $0.contains("lockstep")
        }
    }
}

extension LocalResult {
    /// The result was looked at by `check` already.
    func ignore() {}
}
