import LockstepTestSupport
import Testing

@testable import SecureShell

@Suite("ssh_config, without ssh")
struct SSHClientConfigurationTests {
    private let user = ClientUser(
        name: "me",
        number: 1000,
        home: "/home/me",
        hostName: "here.example.net",
        environment: ["KEYS": "/keys", "OTHER": "/run/other"]
    )

    @Test("The user's file comes first, then the system's; each value knows its line")
    func standardFiles() throws {
        let files = [
            "/home/me/.ssh/config": "Host web\n  Port 1001\n",
            "/etc/ssh/ssh_config": "Host *\n  Port 1002\n  User system\n",
        ]
        let options = try configuration(.standard, files).options(for: "web")
        #expect(options.port == Sourced(1001, ConfigurationOrigin(file: "/home/me/.ssh/config", line: 2)))
        #expect(options.user == Sourced("system", ConfigurationOrigin(file: "/etc/ssh/ssh_config", line: 3)))
        #expect(options.port?.origin.description == "/home/me/.ssh/config:2")
    }

    @Test("Names in Include are in ~/.ssh for the user's files and in /etc/ssh for the system's")
    func includes() throws {
        let files = [
            "/home/me/.ssh/config": "Include conf.d/*.conf ~/.ssh/other\n",
            "/home/me/.ssh/conf.d/b.conf": "User b\n",
            "/home/me/.ssh/conf.d/a.conf": "Port 1001\nUser a\n",
            "/home/me/.ssh/conf.d/.hidden.conf": "Port 1\n",
            "/home/me/.ssh/conf.d/a.conf.bak": "Port 2\n",
            "/home/me/.ssh/other": "HostKeyAlias other\n",
            "/etc/ssh/ssh_config": "Include ssh_config.d/*\n",
            "/etc/ssh/ssh_config.d/one": "ConnectTimeout 5\n",
        ]
        let options = try configuration(.standard, files).options(for: "web")
        #expect(options.port?.value == 1001)
        #expect(options.user?.value == "a")
        #expect(options.hostKeyAlias?.value == "other")
        #expect(options.connectTimeout?.value == 5)
    }

    @Test("A file that is named and not there is an error; 'none' reads none; standard files may be absent")
    func absent() throws {
        #expect(throws: ClientConfigurationErrors.self) { try configuration(.only("/nowhere"), [:]) }
        let none = try configuration(.init(named: "None"), ["/home/me/.ssh/config": "Port abc\n"])
        let port = try none.options(for: "web").port
        #expect(port == nil)
        _ = try configuration(.standard, [:])
    }

    @Test("Files that others may write are refused, but for one that is named, and the system's")
    func openFiles() throws {
        let text = Array("Port 1001\nInclude /included\n".utf8)
        let open = ConfigurationSource(
            read: { $0 == "/included" ? .absent : .file(text, isOpenToOthers: true) }
        )
        _ = try SSHClientConfiguration(files: .only("/named"), source: open, user: user)
        let error = #expect(throws: ClientConfigurationErrors.self) {
            try SSHClientConfiguration(files: .standard, source: open, user: user)
        }
        #expect(error?.errors.map(\.code) == [.badFile])
        let included = ConfigurationSource(
            read: { .file($0 == "/a" ? text : [], isOpenToOthers: $0 != "/a") }
        )
        #expect(throws: ClientConfigurationErrors.self) {
            try SSHClientConfiguration(files: .only("/a"), source: included, user: user)
        }
    }

    @Test("Match exec is never run: its block is passed over, with a warning where all else fits")
    func matchExec() throws {
        let text = """
            Match host web exec "touch /tmp/never"
              Port 1001
            Match host db exec "touch /tmp/never"
              Port 1002
            Match !exec "touch /tmp/never"
              Port 1003
            Match host web
              User matched
            """
        let options = try only(text).options(for: "web")
        #expect(options.port == nil)
        #expect(options.user?.value == "matched")
        #expect(options.warnings.map { $0.origin?.line } == [1, 5])
        #expect(options.warnings.allSatisfy { $0.message.contains("'Match exec' never applies") })
    }

    @Test(
        "A ProxyCommand that only goes through a host is a jump host",
        arguments: [
            ("ssh -W %h:%p bastion", JumpHost(host: "bastion")),
            ("ssh bastion -W %h:%p", JumpHost(host: "bastion")),
            ("exec /usr/bin/ssh -qaxTW '[%h]:%p' me@bastion", JumpHost(user: "me", host: "bastion")),
            ("ssh -q -p 2222 -l me -W%h:%p bastion", JumpHost(user: "me", host: "bastion", port: 2222)),
            ("ssh -l other -p 1 -W %h:%p ssh://me@bastion:22", JumpHost(user: "me", host: "bastion", port: 22)),
        ]
    )
    func jumpByCommand(command: String, jump: JumpHost) throws {
        let options = try only("Host web\n  ProxyCommand \(command)\nHost *\n  ProxyJump other\n").options(for: "web")
        #expect(options.jumps?.value == [jump])
        #expect(options.jumps?.origin.line == 2)
    }

    @Test(
        "Any other is not",
        arguments: [
            "ssh -W %h:%p -i key bastion", "ssh -W %h:22 bastion", "ssh bastion nc %h %p", "ssh -W %h:%p",
            "sh -W %h:%p b",
            "ssh -W %h:%p -o Port=1 bastion", "ssh -W %h:%p bastion; true", "ssh -W %h:%p %r@bastion", "ssh -W",
            "ssh -W %h:%p bastion:22", "ssh -W %h:%p -p x bastion", "ssh -W %h:%p bastion 'x", "",
        ]
    )
    func otherCommand(command: String) {
        #expect(JumpHost(proxyCommand: command) == nil)
    }

    @Test("ProxyCommand is an error where it applies, with the way out")
    func proxyCommand() throws {
        let configuration = try only("Host web\n  ProxyCommand nc %h %p\n")
        let error = #expect(throws: ClientConfigurationError.self) { try configuration.options(for: "web") }
        #expect(error?.code == .notSupported)
        #expect(error?.origin?.line == 2)
        #expect(error?.hint?.contains("ProxyJump") == true)
        #expect(throws: Never.self) { try configuration.options(for: "db") }
    }

    @Test(
        "Tokens, the home folder and variables in the paths of keys",
        arguments: [
            ("~/.ssh/%h", "/home/me/.ssh/web.example.net"), ("/k/%n/%p/%r", "/k/web/1001/deploy"),
            ("/k/%u@%l/%L/%i", "/k/me@here.example.net/here/1000"), ("%d/100%%", "/home/me/100%"),
            ("${KEYS}/id", "/keys/id"), ("~me/id", "/home/me/id"), ("$KEYS/id", "$KEYS/id"), ("/k/~", "/k/~"),
        ]
    )
    func tokens(text: String, path: String) throws {
        let options = try only("HostName web.example.net\nPort 1001\nUser deploy\nIdentityFile \(text)\n").options(
            for: "web"
        )
        #expect(options.identityFiles.map(\.value) == [path])
    }

    @Test(
        "What stands for nothing is an error with its line",
        arguments: ["%x", "/k/%", "${NOT_SET}/k", "${KEYS", "~other/k"]
    )
    func badTokens(text: String) throws {
        let configuration = try only("Port 22\nIdentityFile \(text)\n")
        let error = #expect(throws: ClientConfigurationError.self) { try configuration.options(for: "web") }
        #expect(error?.origin?.line == 2)
        #expect(error?.code == .badValue)
    }

    @Test("ProxyJump has tokens, too")
    func jumpTokens() throws {
        let options = try only("HostName %h.example.net\nProxyJump %r@gate-%n:2022\nUser deploy\n").options(for: "web")
        #expect(options.jumps?.value == [JumpHost(user: "deploy", host: "gate-web", port: 2022)])
    }

    @Test("What is given wins over the files")
    func given() throws {
        let place = ConfigurationOrigin(file: "fleet.ini", line: 7)
        let given = [ClientDirective(.port(1), at: place), ClientDirective(.identityFile("/first"), at: place)]
        let options = try only("Port 2\nUser x\nIdentityFile /second\n").options(for: "web", given: given)
        #expect(options.port == Sourced(1, place))
        #expect(options.user?.value == "x")
        #expect(options.identityFiles.map(\.value) == ["/first", "/second"])
    }

    // MARK: - Hostile files

    @Test("All that is wrong in the files is told at once, without anything a terminal would act on")
    func allFaults() throws {
        let text = "Port abc\nUser \"x\nHost \"\"\nMatch colour red\nPort \u{1B}[31m\nUser a\0b\nHostName\n"
        let error = #expect(throws: ClientConfigurationErrors.self) { try only(text) }
        #expect(error?.errors.compactMap { $0.origin?.line } == [1, 2, 3, 4, 5, 6, 7])
        #expect(error?.description.unicodeScalars.contains("\u{1B}") == false)
    }

    @Test("Files that include each other end, however often they do")
    func includeBombs() throws {
        let itself = ["/c": "Include /c /c /c\n"]
        let tooDeep = #expect(throws: ClientConfigurationErrors.self) { try configuration(.only("/c"), itself) }
        #expect(tooDeep?.errors.allSatisfy { $0.code == .tooManyIncludes } == true)
        // Ten times ten, eight levels deep.
        var wide = ["/c": "Include /0\n", "/8": "Port 1\n"]
        for level in 0..<8 {
            wide["/\(level)"] = "Include" + String(repeating: " /\(level + 1)", count: 10) + "\n"
        }
        let tooMany = #expect(throws: ClientConfigurationErrors.self) { try configuration(.only("/c"), wide) }
        #expect(tooMany?.errors.first?.code == .tooManyIncludes)
    }

    @Test("Patterns with many stars take no time")
    func manyStars() throws {
        let pattern = String(repeating: "a*", count: 400) + "b"
        let name = String(repeating: "a", count: 4000)
        let clock = ContinuousClock()
        let time = try clock.measure {
            let options = try only("Host \(pattern)\n  Port 1\n").options(for: name)
            #expect(options.port == nil)
        }
        #expect(time < .seconds(20), "else there would be no end")
    }

    @Test("Any bytes are read to an end", arguments: 0..<200)
    func anyBytes(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        let pieces = [
            "Host", "Match", " host", "Include /c", "=", "\"", "'", "\\", "%", "${", "!", "*", ",", "#", "\n", "\r\n",
            " ",
            "\t", "\u{0}", "\u{FF}", "ProxyJump", "@", "[", "]", ":", "ssh://", "Port", "1", "all", "final", "exec",
            "HostName", "IdentityFile", "~", "none",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<200 {
            bytes += Array(pieces.randomElement(using: &generator)!.utf8)
            if Int.random(in: 0..<10, using: &generator) == 0 {
                bytes.append(.random(in: .min ... .max, using: &generator))
            }
        }
        let content = bytes
        let source = ConfigurationSource(read: { $0 == "/c" ? .file(content, isOpenToOthers: false) : .absent })
        do {
            _ = try SSHClientConfiguration(files: .only("/c"), source: source, user: user).options(for: "web")
        } catch {
            #expect(error is ClientConfigurationErrors || error is ClientConfigurationError)
        }
    }

    private func only(_ text: String) throws(ClientConfigurationErrors) -> SSHClientConfiguration {
        try configuration(.only("config"), ["config": text])
    }

    private func configuration(
        _ files: SSHClientConfiguration.Files,
        _ texts: [String: String]
    ) throws(ClientConfigurationErrors) -> SSHClientConfiguration {
        let source = ConfigurationSource(
            read: { path in texts[path].map { .file(Array($0.utf8), isOpenToOthers: false) } ?? .absent },
            names: { folder in
                texts.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
                    .filter { !$0.contains("/") }
            }
        )
        return try SSHClientConfiguration(files: files, source: source, user: user)
    }
}
