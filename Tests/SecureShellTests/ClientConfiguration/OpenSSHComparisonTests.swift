import Foundation
import LockstepTestSupport
import SecureShell
import SystemPackage
import Testing

/// Every configuration in `Fixtures/ssh_config` is asked for the hosts of its first line, by ssh and by Lockstep. A new
/// case is a new file; `@DIR@` in it is the folder it is read from, `@USER@` whoever runs the tests.
@Suite("ssh_config as ssh reads it")
struct OpenSSHComparisonTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/ssh_config")

    static func configurations() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".conf") }.sorted()
    }

    @Test("Each option has the value that ssh -G prints", arguments: try configurations())
    func sameAsSSH(name: String) async throws {
        try await TemporaryDirectory.with { directory in
            let user = try await Self.user(directory)
            let text = try Self.copyFixtures(to: directory, user: user, asking: name)
            let hosts = text.prefix { $0 != "\n" }.dropFirst("# ask: ".count).split(separator: " ").map(String.init)
            #expect(!hosts.isEmpty)
            for host in hosts {
                let ssh = try await LocalProgram.run(
                    "ssh",
                    ["-G", "-F", directory[name], host],
                    environment: user.environment
                )
                let ours = Result { () throws in try Self.ask(host, directory[name], user) }
                switch ours {
                case .success(let options):
                    #expect(ssh.status == 0, "ssh refuses \(name) for \(host): \(ssh.error)")
                    guard ssh.status == 0 else { continue }
                    let expected = Self.settings(printed: ssh.output, user)
                    let actual = Self.settings(options, user)
                    for key in expected.keys.sorted() {
                        #expect(actual[key] == expected[key], "\(key) for \(host) in \(name)")
                    }
                case .failure(let error):
                    #expect(ssh.status != 0, "ssh takes \(name) for \(host); here it is: \(error)")
                }
            }
        }
    }

    @Test("There are at least forty configurations, and some of them are refused")
    func enough() throws {
        #expect(try Self.configurations().count >= 40)
    }

    // MARK: - Lockstep's side

    private static func ask(_ host: String, _ file: String, _ user: ClientUser) throws -> ClientOptions {
        let configuration = try SSHClientConfiguration(
            files: .only(file),
            source: .disk(userNumber: user.number),
            user: user
        )
        let words = host.split(separator: "@")
        let place = ConfigurationOrigin(file: "arguments", line: 1)
        let given = words.count == 2 ? [ClientDirective(.user(String(words[0])), at: place)] : []
        return try configuration.options(for: String(words.last ?? ""), given: given)
    }

    private static func settings(_ options: ClientOptions, _ user: ClientUser) -> [String: [String]] {
        let files = options.identityFiles.map(\.value).map { $0.lowercased() == "none" ? $0.lowercased() : $0 }
        let agent: String? =
            switch options.identityAgent?.value {
            case nil: nil
            case .some(.none): "none"
            case .environment: "SSH_AUTH_SOCK"
            case .socket(let path): path
            }
        let jumps = options.jumps?.value ?? []
        let userFiles =
            options.userKnownHostsFiles?.value ?? ClientOptions.standardUserKnownHostsFiles(home: user.home)
        let globalFiles = options.globalKnownHostsFiles?.value ?? ClientOptions.standardGlobalKnownHostsFiles
        return [
            "hostname": [options.address],
            "user": [options.user?.value ?? user.name],
            "port": [String(options.port?.value ?? 22)],
            "identityfile": files.isEmpty ? standardKeys : files,
            "identitiesonly": [options.identitiesOnly?.value == true ? "yes" : "no"],
            "identityagent": agent.map { [$0] } ?? [],
            "proxyjump": jumps.isEmpty ? [] : [jumps.map(\.description).joined(separator: ",")],
            "userknownhostsfile": userFiles.isEmpty ? [] : [userFiles.joined(separator: " ")],
            "globalknownhostsfile": globalFiles.isEmpty ? [] : [globalFiles.joined(separator: " ")],
            "hostkeyalias": options.hostKeyAlias.map { [$0.value] } ?? [],
            "hashknownhosts": [options.hashKnownHosts?.value == true ? "yes" : "no"],
            "stricthostkeychecking": [options.strictHostKeyChecking?.value.rawValue ?? "ask"],
            "connecttimeout": [options.connectTimeout.map { String($0.value) } ?? "none"],
            "serveraliveinterval": [String(options.serverAliveInterval?.value ?? 0)],
            "serveralivecountmax": [String(options.serverAliveCountMax?.value ?? 3)],
        ]
    }

    /// What stands for the keys that ssh offers where none is named.
    private static let standardKeys = ["(standard)"]

    // MARK: - ssh's side

    private static func settings(printed: String, _ user: ClientUser) -> [String: [String]] {
        var settings: [String: [String]] = [:]
        for line in printed.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            settings[words[0], default: []].append(words.count > 1 ? words[1] : "")
        }
        // ssh prints its own keys where none is named, and paths with and without their home.
        let keys = (settings["identityfile"] ?? []).map { $0.hasPrefix("~/") ? user.home + $0.dropFirst() : $0 }
        let isStandard = keys.contains { $0.hasSuffix("/.ssh/id_ecdsa_sk") }
        var result: [String: [String]] = [:]
        for key in [
            "hostname", "user", "port", "hostkeyalias", "connecttimeout", "serveraliveinterval", "serveralivecountmax",
        ] {
            result[key] = settings[key] ?? []
        }
        result["identityfile"] = isStandard ? standardKeys : keys
        // ssh looks a variable up only when it asks the agent.
        result["identityagent"] = (settings["identityagent"] ?? []).map { agent in
            agent.hasPrefix("$") ? user.environment[String(agent.dropFirst())] ?? agent : agent
        }
        result["proxyjump"] = settings["proxyjump"] ?? []
        for key in ["userknownhostsfile", "globalknownhostsfile"] {
            result[key] = (settings[key] ?? []).filter { $0 != "none" }
        }
        let yesNo = ["true": "yes", "false": "no"]
        for key in ["identitiesonly", "hashknownhosts"] {
            result[key] = (settings[key] ?? []).map { yesNo[$0] ?? $0 }
        }
        let checking = ["true": "yes", "false": "off", "no": "off"]
        result["stricthostkeychecking"] = (settings["stricthostkeychecking"] ?? []).map { checking[$0] ?? $0 }
        return result
    }

    // MARK: - What both read

    /// Whoever runs the tests, as ssh sees them: the home is that of the user's account, whatever $HOME says.
    private static func user(_ directory: TemporaryDirectory) async throws -> ClientUser {
        let name = try await runLocally("id", ["-un"])
        let number = try await runLocally("id", ["-u"])
        return ClientUser(
            name: name,
            number: try #require(UInt32(number)),
            home: try #require(FileManager.default.homeDirectory(forUser: name)).path,
            hostName: try await runLocally("hostname", []),
            environment: ["FIXTURE_FOLDER": directory.path.string]
        )
    }

    /// Puts all fixtures into a folder, with the places that are different from machine to machine.
    ///
    /// - Returns: the text of the one that is asked.
    private static func copyFixtures(
        to directory: TemporaryDirectory,
        user: ClientUser,
        asking name: String
    ) throws -> String {
        func filled(_ path: String) throws -> String {
            try String(contentsOf: folder.appending(path: path), encoding: .utf8)
                .replacingOccurrences(of: "@DIR@", with: directory.path.string)
                .replacingOccurrences(of: "@USER@", with: user.name)
        }
        try FileManager.default.createDirectory(atPath: directory["included"], withIntermediateDirectories: false)
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "included").path) {
            try directory.write(filled("included/\(file)"), to: "included/\(file)")
        }
        let text = try filled(name)
        try directory.write(text, to: name)
        return text
    }
}
