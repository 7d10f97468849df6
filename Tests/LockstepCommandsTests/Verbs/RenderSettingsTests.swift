import LockstepTestSupport
import Testing

@Suite("lockstep render of the settings of directories", .timeLimit(.minutes(2)))
struct RenderSettingsTests {
    private static let settings: KeyValuePairs = [
        "target": "/srv/copy", "delay": "2.5", "exclude": "secret.key, /drafts/*", "include": "/drafts/preview/",
        "delete": "no", "compress": "yes", "bandwidth_limit": "2M", "checksum": "yes", "owner_map": "alice:bob",
        "group_map": "*:www-data", "mode_map": "D755,F644", "hard_links": "yes", "acls": "yes", "xattrs": "yes",
        "fake_super": "yes",
    ]

    private static let lines = settings.map { "\($0.key) = \($0.value)\n" }.joined()
    private static let beside = settings.map { " \($0.key)='\($0.value)'" }.joined()

    private static func inventory(beside: String = "", below: String = "", in section: String = "") -> String {
        "[master]\nhub source=/srv/site\n[slaves]\nedge1 sync_user=mirror\(beside)\n\(below)[sync:docs]\n\(section)"
    }

    /// What `render` shows of an inventory that has the settings in its section.
    private static let wanted = Task { try await render(["lockstep.ini": inventory(in: lines)]) }

    /// What `render` shows of an inventory.
    private static func render(_ files: [String: String]) async throws -> String {
        var output = ""
        try await WrittenFleet.with(files) { fleet in
            let result = try await fleet.lockstep("render")
            #expect(result.status == 0, "\(result.error)")
            output = result.output
        }
        return output
    }

    @Test(
        "Wherever the settings stand, the files are those that a section with them makes",
        arguments: [
            ["lockstep.ini": inventory(beside: beside)],
            ["lockstep.ini": inventory(below: "[slaves:vars]\n" + lines)],
            ["lockstep.ini": inventory(below: "[all:vars]\n" + lines)],
            ["lockstep.ini": inventory(), "group_vars/slaves.ini": lines],
            ["lockstep.ini": inventory(), "group_vars/all.ini": lines],
            ["lockstep.ini": inventory(), "host_vars/edge1.ini": lines],
        ]
    )
    func everywhere(files: [String: String]) async throws {
        #expect(try await Self.render(files) == Self.wanted.value)
    }

    @Test("Each setting shows in the files of that section")
    func section() async throws {
        let plain = try await Self.render(["lockstep.ini": Self.inventory(in: "target = /srv/copy\n")])
        let lines = Set(plain.split(separator: "\n"))
        let differences = try await Self.wanted.value.split(separator: "\n").filter { !lines.contains($0) }
        #expect(differences.count >= Self.settings.count - 1, "\(differences)")
    }
}
