import FoundationEssentials
import LockstepTestSupport
import Provisioning
import RemoteHost
import Testing

/// An authorized_keys that others write to: after any number of runs, all that is not ours is as it was.
@Suite("Lines of other people")
struct OtherPeoplesKeysTests {
    private static let newline = UInt8(ascii: "\n")

    /// The user as whom the tests run, since nobody else's files may be given away.
    private static func account() async throws -> String {
        let answer = try await LocalShellHost().run(.script("id -un", deadline: .seconds(10)))
        return answer.outputText.replacing("\n", with: "")
    }

    private struct Master {
        let host: LocalShellHost
        let home: String
        let user: String
        let nonce = "n0"

        var file: String { home + "/.ssh/authorized_keys" }
        var bytes: [UInt8] { FileManager.default.contents(atPath: file).map(Array.init) ?? [] }

        /// Does what a run does, and returns what it planned.
        func run(key: String, command: String? = nil, marker: String? = "lockstep@hub") async throws -> TaskPlan {
            var values = ["user": user, "key": key]
            values["command"] = command
            values["marker"] = marker
            let module = try AuthorizedKeyModule(ModuleArguments(values.mapValues { .known($0) }))
            let kit = ModuleConformance(on: host)
            let plan = try module.plan(from: await kit.facts(for: module), in: PlanContext())
            if case .change(let change) = plan {
                let output = try await kit.apply(change)
                #expect(output.ending == .ended && output.status == 0, "\(output.text)")
            }
            return plan
        }
    }

    private func withMaster(
        _ userland: TestUserland,
        _ lines: [UInt8],
        _ body: (Master) async throws -> Void
    ) async throws {
        try await TemporaryDirectory.with { directory in
            let home = directory["home"]
            let host = try await userland.install(in: directory["bin"], home: home)
            try FileManager.default.createDirectory(atPath: home + "/.ssh", withIntermediateDirectories: true)
            let master = Master(host: host, home: home, user: try await Self.account())
            try Data(lines).write(to: URL(filePath: master.file))
            try await body(master)
        }
    }

    @Test("Keys whose lines end in CR LF stay, however often a run comes", arguments: TestUserland.allCases)
    func windowsLines(userland: TestUserland) async throws {
        let others = Array("ssh-ed25519 AAAAalice alice@laptop\r\nssh-rsa AAAAbob bob@desk\r\n".utf8)
        try await withMaster(userland, others) { master in
            for run in 1...10 {
                let key = run < 6 ? "ssh-ed25519 AAAAold x" : "ssh-ed25519 AAAAnew x"
                let plan = try await master.run(key: key, command: "/bin/receive\n/srv")
                #expect((plan == .ok()) == ![1, 6].contains(run))
                #expect(master.bytes.starts(with: others))
            }
            let ours = "restrict,command=\"/bin/receive /srv\" ssh-ed25519 AAAAnew lockstep@hub\n"
            #expect(master.bytes == others + Array(ours.utf8))
        }
    }

    @Test("A line of ours that got another line end, or was doubled, becomes one line")
    func ourOwnLine() async throws {
        let lines = Array(
            "ssh-ed25519 AAAA lockstep@hub\r\nssh-ed25519 AAAAbob bob\r\nssh-ed25519 AAAA lockstep@hub".utf8
        )
        try await withMaster(.dash, lines) { master in
            for _ in 1...2 { _ = try await master.run(key: "ssh-ed25519 AAAA x") }
            #expect(master.bytes == Array("ssh-ed25519 AAAAbob bob\r\nssh-ed25519 AAAA lockstep@hub\n".utf8))
        }
    }

    @Test("A line with our key that is not text is found, and goes alone")
    func ourKeyInLatin1() async throws {
        let bob = Array("ssh-ed25519 AAAAbob b".utf8) + [0xF6, 0x62, Self.newline]
        let ours = Array("ssh-ed25519 AAAA M".utf8) + [0xFC, 0x6C, 0x6C, Self.newline]
        try await withMaster(.busybox, bob + ours) { master in
            _ = try await master.run(key: "ssh-ed25519 AAAA x", command: "/bin/receive")
            let line = "restrict,command=\"/bin/receive\" ssh-ed25519 AAAA lockstep@hub\n"
            #expect(master.bytes == bob + Array(line.utf8))
        }
    }

    @Test(
        "After any runs what was not ours is as it was, byte for byte",
        arguments: TestUserland.allCases,
        [1, 2, 3, 4]
    )
    func anyFile(userland: TestUserland, seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        for _ in 1...2 {
            let others = Self.others(&random)
            try await withMaster(userland, others) { master in
                for step in 1...Int.random(in: 2...5, using: &random) {
                    let key = random.pick(["ssh-ed25519 AAAAours1 x", "ssh-ed25519 AAAAours2 x"])
                    let command = random.pick([nil, "/bin/receive\n/srv/a", "/bin/receive\n/srv/ö \"b\""])
                    _ = try await master.run(key: key, command: command)
                    var kept = master.bytes
                    // Ours is the last line.
                    #expect(kept.last == Self.newline)
                    kept.removeLast()
                    let ours = kept.suffix(while: { $0 != Self.newline })
                    #expect(String(decoding: ours, as: UTF8.self).hasSuffix("lockstep@hub"))
                    kept.removeLast(ours.count)
                    // Their last line may have got the end that it lacked.
                    let expected = others.isEmpty || others.last == Self.newline ? others : others + [Self.newline]
                    #expect(kept == expected, "seed \(seed), step \(step), \(userland)")
                    #expect(try await master.run(key: key, command: command) == .ok())
                }
                let left = try FileManager.default.contentsOfDirectory(atPath: master.home + "/.ssh")
                #expect(left == ["authorized_keys"])
            }
        }
    }

    /// Lines of all kinds that an authorized_keys may have, none of them ours.
    private static func others(_ random: inout SeededRandom) -> [UInt8] {
        let texts = [
            "ssh-ed25519 AAAAalice alice@laptop", "ssh-rsa AAAAbob", "", "\t# a comment", "#", "not a key at all",
            "ssh-ed25519-cert-v01@openssh.com AAAAcert someone", "cert-authority ssh-ed25519 AAAAca ca",
            "cert-authority,principals=\"a,b\" ssh-rsa AAAAca2", "\tssh-ed25519\tAAAAtabs\twith tabs ",
            "from=\"10.0.0.1,*.example\",command=\"echo \\\"a, b\\\" # lockstep@hub\",no-pty ssh-ed25519 AAAAopts o",
            "ssh-ed25519 AAAAcarol carol beside lockstep@hub", "ssh-ed25519 AAAAdave lockstep@hub of old",
            "# ssh-ed25519 AAAAours1 lockstep@hub", " #ssh-ed25519 AAAAours2 x", "ssh-ed25519 AAAAeve AAAAours1",
            "command=\"ssh-ed25519 AAAAours1 lockstep@hub\" ssh-ed25519 AAAAfrank f", "ssh-ed25519 AAAAé NFC",
            "-e -v x",
            "environment=\"A=b\" ecdsa-sha2-nistp256 AAAAgina g", "\\", "*", "a=b", "ssh-ed25519 AAAAe\u{301} NFD",
            "1e1",
        ]
        let oddities: [[UInt8]] = [
            Array("ssh-rsa ".utf8) + Array(repeating: UInt8(ascii: "A"), count: 4096),
            Array("ssh-ed25519 AAAAhugo h".utf8) + [0xFC, 0xFF, 0x80], [0, 0, 0],
            Array("ssh-ed25519 AAAAours1 lockstep@hub".utf8) + [0] + Array("x".utf8),
            Array("ssh-ed25519 AAAAnul a".utf8) + [0, 1, 2], [0xEF, 0xBB, 0xBF] + Array("ssh-ed25519 AAAAbom".utf8),
        ]
        let lines = texts.map { Array($0.utf8) } + oddities
        let choices: [[[UInt8]]] = [[[10]], [[13, 10]], [[10], [13, 10], [13, 13, 10]]]
        let ends = random.pick(choices)
        var file: [UInt8] = []
        for _ in 0..<Int.random(in: 0...30, using: &random) { file += random.pick(lines) + random.pick(ends) }
        if !file.isEmpty, random.once(in: 3) { file.removeLast() }
        return file
    }
}

extension [UInt8] {
    /// The bytes at the end that satisfy a condition.
    fileprivate func suffix(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        self[(lastIndex { !isWanted($0) }.map { $0 + 1 } ?? startIndex)...]
    }
}
