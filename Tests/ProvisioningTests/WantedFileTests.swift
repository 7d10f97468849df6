import Foundation
import LockstepTestSupport
import Provisioning
import Testing

@Suite("Files, before a host has been reached")
struct WantedFileTests {
    private let kit = ModuleConformance(on: LocalShellHost())

    @Test("What a template's task says that it writes is what its change wrote, byte for byte and with its mode")
    func template() async throws {
        try await TemporaryDirectory.with { directory in
            let text = "quotes ' \" `id` $(id) \\n\n\t%s é\nno newline at the end"
            let values = ["src": "x", "dest": directory["file"], "mode": "0640"]
            let file = try #require(try files(TemplateModule.self, values, template: text).first)
            try await kit.expectChangeThenOk(TemplateModule.self, values, template: text)
            #expect(file.path == directory["file"])
            #expect(file.whole.map { Array($0.utf8) } == directory.read("file").map { Array($0.utf8) })
            let attributes = try FileManager.default.attributesOfItem(atPath: directory["file"])
            #expect(attributes[.posixPermissions] as? Int == file.mode)
        }
    }

    @Test("A template's file without a mode is said to have the one that it gets")
    func standardMode() async throws {
        try await TemporaryDirectory.with { directory in
            let values = ["src": "x", "dest": directory["file"]]
            let file = try #require(try files(TemplateModule.self, values).first)
            try await kit.expectChangeThenOk(TemplateModule.self, values)
            let attributes = try FileManager.default.attributesOfItem(atPath: directory["file"])
            #expect(attributes[.posixPermissions] as? Int == file.mode)
        }
    }

    @Test("Lines of known_hosts are those that the change adds; keys that are not known are named as such")
    func knownHosts() async throws {
        try await TemporaryDirectory.with { directory in
            let values = ["path": directory["known_hosts"], "host": "edge1", "keys": "ssh-ed25519 AAAA\nssh-rsa BBBB"]
            let file = try #require(try files(KnownHostsModule.self, values).first)
            try await kit.expectChangeThenOk(KnownHostsModule.self, values)
            #expect(text(file) == directory.read("known_hosts"))
        }
        let later = try KnownHostsModule(
            ModuleArguments(["path": .known("/k"), "host": .known("edge1"), "keys": .afterApply])
        )
        #expect(later.files.first.map(text) == "edge1 «known after apply: the host keys of edge1»\n")
        #expect(later.files.first?.whole == nil)
    }

    @Test("A line of authorized_keys has all but the key that is still to be made")
    func authorizedKey() throws {
        let values: [String: Deferred<String>] = [
            "user": .known("mirror"), "marker": .known("lockstep@hub"), "command": .known("/bin/receive\n/srv/my data"),
        ]
        let later = try AuthorizedKeyModule(ModuleArguments(values.merging(["key": .afterApply]) { $1 }))
        let now = try AuthorizedKeyModule(
            ModuleArguments(values.merging(["key": .known("ssh-ed25519 AAAA me@here")]) { $1 })
        )
        let options = "restrict,command=\"/bin/receive '/srv/my data'\""
        #expect(later.files.map(\.path) == ["~mirror/.ssh/authorized_keys"])
        #expect(later.files.map(text) == ["\(options) «known after apply: the public key» lockstep@hub\n"])
        #expect(now.files.map(text) == ["\(options) ssh-ed25519 AAAA lockstep@hub\n"])
        #expect(now.files.map(\.mode) == [0o600])
    }

    @Test("A private key is named, and nothing of it is shown")
    func key() throws {
        let files = try files(SSHKeyModule.self, ["path": "/etc/k", "comment": "c", "owner": "lockstep"])
        #expect(files.map(\.path) == ["/etc/k", "/etc/k.pub"])
        #expect(files.map(\.mode) == [0o600, 0o644])
        #expect(files.allSatisfy { if case .madeThere = $0.content { true } else { false } })
    }

    @Test("A kernel setting's file is written under a condition, and with the line that the change writes")
    func sysctl() throws {
        let arguments = ["name": "fs.inotify.max_user_watches", "value": "524288"]
        let file = try #require(try files(SysctlModule.self, arguments).first)
        #expect(file.whole == "fs.inotify.max_user_watches = 524288\n")
        #expect(file.condition == "where fs.inotify.max_user_watches would not be 524288 or more after a restart")
    }

    private func files(
        _ type: any Module.Type,
        _ values: [String: String],
        template: String = ""
    ) throws -> [WantedFile] {
        let arguments = ModuleArguments(values.mapValues { .known($0) }) { (_) throws(ArgumentError) in template }
        return try type.init(arguments).files
    }

    private func text(_ file: WantedFile) -> String {
        guard case .lines(let lines) = file.content else { return "" }
        return lines.map { "\($0.text)\n" }.joined()
    }
}
