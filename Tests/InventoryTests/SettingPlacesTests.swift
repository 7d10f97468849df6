import Foundation
import INIFile
import LockstepTestSupport
import Testing

@testable import Inventory

@Suite("A setting of a directory counts at every place where it may stand")
struct SettingPlacesTests {
    /// A value of each setting that is not its default, as it is written and in its one spelling.
    static let values: [String: (written: String, meant: String)] = [
        "target": ("/srv/copy/", "/srv/copy"),
        "delay": ("2.50", "2.5"),
        "exclude": ("secret.key, /drafts/*", "secret.key\n/drafts/*"),
        "include": ("/drafts/preview/", "/drafts/preview/"),
        "delete": ("no", "no"),
        "compress": ("on", "yes"),
        "bandwidth_limit": ("2M", "2097152"),
        "checksum": ("true", "yes"),
        "owner_map": ("alice:bob, *:www-data", "alice:bob,*:www-data"),
        "group_map": ("*:www-data", "*:www-data"),
        "mode_map": ("D755,F644", "D755,F644"),
        "hard_links": ("yes", "yes"),
        "acls": ("y", "yes"),
        "xattrs": ("1", "yes"),
        "fake_super": ("yes", "yes"),
        "allow_dangerous_target": ("yes", "yes"),
    ]

    /// Where a setting of a directory may stand.
    enum Place: String, CaseIterable, Sendable {
        case section, besideTheHost, groupVariables, allVariables, groupFile, allFile, hostFile

        /// The inventory's files with a setting at this place.
        func files(_ name: String, _ written: String, hasSection: Bool) -> [String: String] {
            let line = "\(name) = \(written)\n"
            let target = name == "target" ? "" : " target=/srv/plain"
            let beside = self == .besideTheHost ? " \(name)='\(written)'" : ""
            var text = "[master]\nhub source=/srv/site\n[slaves]\nedge1 sync_user=mirror\(target)\(beside)\n"
            if hasSection { text += "[sync:docs]\n" }
            switch self {
            case .section: text += line
            case .groupVariables: text += "[slaves:vars]\n" + line
            case .allVariables: text += "[all:vars]\n" + line
            case .besideTheHost: break
            case .groupFile: return ["hosts.ini": text, "group_vars/slaves.ini": line]
            case .allFile: return ["hosts.ini": text, "group_vars/all.ini": line]
            case .hostFile: return ["hosts.ini": text, "host_vars/edge1.ini": line]
            }
            return ["hosts.ini": text]
        }
    }

    private func fleet(_ files: [String: String]) async throws -> Fleet {
        try await TemporaryDirectory.with { directory in
            for (name, text) in files {
                let file = URL(filePath: directory[name])
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            return try Fleet(Inventory(reading: [directory["hosts.ini"]]), localUser: Fleet.LocalUser(name: "me"))
        }
    }

    @Test("Every setting of a section but 'source' and 'to' has a value here that is not its default")
    func complete() {
        let slaves = Setting.ofSync.filter { $0.owner == .slaves }
        #expect(Set(slaves.map(\.name)) == Set(Self.values.keys))
        #expect(Setting.ofSync.filter { $0.owner != .slaves }.map(\.name) == ["source", "to"])
        for setting in slaves { #expect(Self.values[setting.name]?.meant != setting.standard, "\(setting.name)") }
    }

    @Test("Every setting at every place, with a section and without", arguments: Place.allCases, [true, false])
    func everywhere(place: Place, hasSection: Bool) async throws {
        guard place != .section || hasSection else { return }
        for setting in Setting.ofMirror where setting.owner == .slaves {
            let value = try #require(Self.values[setting.name])
            let fleet = try await fleet(place.files(setting.name, value.written, hasSection: hasSection))
            let mirror = try #require(fleet.syncs.first?.mirrors.first)
            #expect(mirror.settings[setting.name] == value.meant, "\(setting.name)")
            #expect(mirror.origins[setting.name] != nil, "\(setting.name)")
            #expect(fleet.warnings.isEmpty, "\(setting.name)")
        }
    }
}
