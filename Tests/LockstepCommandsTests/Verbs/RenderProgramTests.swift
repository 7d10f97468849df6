import Foundation
import LockstepTestSupport
import Testing

@Suite("lockstep render", .timeLimit(.minutes(2)))
struct RenderProgramTests {
    private static let inventory = """
        [master]
        hub ansible_host=192.0.2.10 source=/srv/site
        [slaves]
        edge[1:3] target=/srv/site
        [slaves:vars]
        ansible_password = hush
        """

    private static func with(_ body: (WrittenFleet) async throws -> Void) async throws {
        try await WrittenFleet.with(["lockstep.ini": inventory], body)
    }

    @Test("A file is shown below its name, owner and mode, byte for byte as the playbook's template has it")
    func content() async throws {
        try await Self.with { fleet in
            let result = try await fleet.lockstep("render", "--host", "edge1")
            #expect(result.status == 0)
            let receive = try template("receive")
            #expect(result.output.hasPrefix("==> /usr/local/lib/lockstep/receive (root, 0755)\n\(receive)\n==> "))
        }
    }

    @Test("What only a run will know is named, and the file is called incomplete")
    func knownAfterApply() async throws {
        try await Self.with { fleet in
            let output = try await fleet.lockstep("render").output
            let lines = output.split(separator: "\n")
            #expect(lines.contains("==> hub: /etc/lockstep/known_hosts (root, 0644) incomplete: other lines stay"))
            #expect(lines.contains("edge2 «known after apply: the host keys of edge2»"))
            #expect(lines.contains("==> hub: /etc/lockstep/replication_key (lockstep, 0600) incomplete: made there"))
            #expect(output.contains("«known after apply: the public key» lockstep@hub «known after apply: its mark»\n"))
        }
    }

    @Test("A file that is the same on several hosts is shown once")
    func folded() async throws {
        try await Self.with { fleet in
            let output = try await fleet.lockstep("render").output
            #expect(output.contains("\n==> edge[1-3]: /usr/local/lib/lockstep/receive (root, 0755)\n"))
        }
    }

    @Test("No password is in any file")
    func secrets() async throws {
        try await Self.with { fleet in
            for arguments in [["render"], ["--json", "render"]] {
                let result = try await fleet.shell("exec \"$lockstep\" \"$@\"", arguments)
                #expect(result.status == 0)
                #expect(!result.output.contains("hush"))
            }
        }
    }

    @Test("Below a directory, each file stands under its host with its mode; a second time nothing is written")
    func out() async throws {
        try await Self.with { fleet in
            let first = try await fleet.lockstep("render", "--out", "tree", "--host", "edge1")
            #expect(first.status == 0)
            #expect(
                first.output == """
                    tree/edge1/usr/local/lib/lockstep/receive
                    tree/edge1/~root/.ssh/authorized_keys.incomplete

                    """
            )
            #expect(fleet.directory.read("tree/edge1/usr/local/lib/lockstep/receive") == (try template("receive")))
            let path = fleet.directory["tree/edge1/usr/local/lib/lockstep/receive"]
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o755)
            let second = try await fleet.lockstep("render", "--out", "tree", "--host", "edge1")
            #expect(second.output == "")
            #expect(second.error.hasPrefix("0 written, 2 kept"))
        }
    }

    @Test("A file that differs is not overwritten, and then none is written, unless that is asked for")
    func refusal() async throws {
        try await Self.with { fleet in
            let path = "tree/edge1/usr/local/lib/lockstep/receive"
            _ = try await fleet.lockstep("render", "--out", "tree", "--host", "edge1")
            try fleet.directory.write("mine\n", to: path)
            let refused = try await fleet.lockstep("render", "--out", "tree")
            #expect(refused.status == 3)
            #expect(
                refused.error == """
                    lockstep: these files are there and differ; nothing was written:
                      \(path)
                      hint: --force replaces them

                    """
            )
            #expect(fleet.directory.read(path) == "mine\n")
            #expect(fleet.directory.read("tree/hub/usr/local/lib/lockstep/rsync") == nil)
            let forced = try await fleet.lockstep("render", "--out", "tree", "--force")
            #expect(forced.status == 0)
            #expect(fleet.directory.read(path) == (try template("receive")))
        }
    }

    @Test("A link in the directory does not lead out of it")
    func link() async throws {
        try await Self.with { fleet in
            _ = try await fleet.shell("mkdir -p tree elsewhere && ln -s ../elsewhere tree/edge1")
            let result = try await fleet.lockstep("render", "--out", "tree", "--force")
            #expect(result.status == 2)
            #expect(result.error.hasPrefix("lockstep: tree/edge1 is there, and it is no folder\n"))
            let names = try FileManager.default.contentsOfDirectory(atPath: fleet.directory["elsewhere"])
            #expect(names.isEmpty)
        }
    }

    @Test("As JSON, each file is an object with all that is known of it")
    func json() async throws {
        try await Self.with { fleet in
            let result = try await fleet.lockstep("--json", "render", "--host", "edge1", "--out", "tree")
            let lines = result.output.split(separator: "\n")
            let first = try JSONSerialization.jsonObject(with: Data(try #require(lines.first).utf8)) as? [String: Any]
            #expect(first?["event"] as? String == "file")
            #expect(first?["host"] as? String == "edge1")
            #expect(first?["mode"] as? String == "0755")
            #expect(first?["complete"] as? Bool == true)
            #expect(first?["content"] as? String == (try template("receive")))
            #expect(first?["written"] as? String == "tree/edge1/usr/local/lib/lockstep/receive")
            #expect(first?["action"] as? String == "write")
        }
    }

    @Test(
        "Who gets no files is told why",
        arguments: [
            ("edg1", "there is no host 'edg1' in the inventory\n  hint: did you mean 'edge1'?"),
            ("spare", "nothing is put on 'spare': it is neither the master nor a slave here"),
        ]
    )
    func unknown(host: String, message: String) async throws {
        try await WrittenFleet.with(["lockstep.ini": Self.inventory + "\n[rest]\nspare\n"]) { fleet in
            let result = try await fleet.lockstep("render", "--host", host)
            #expect(result.status == 2)
            #expect(result.error == "lockstep: \(message)\n")
        }
    }

    private func template(_ name: String) throws -> String {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: here.appending(path: "../../../playbooks/templates/\(name)"), encoding: .utf8)
    }
}
