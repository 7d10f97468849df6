import Testing

@testable import RemoteHost

@Suite("The line to a script's shell")
struct ShellLineTests {
    private static let all: [Privilege] = [
        .none, .sudo(user: "root"), .sudo(user: "it's", password: Secret("hunter2")), .doas(user: "web"),
        .doas(user: "root", password: Secret("hunter2")),
    ]

    @Test("It holds nothing that csh or fish reads otherwise than sh, and no secret", arguments: all)
    func meansTheSameEverywhere(privilege: Privilege) {
        let line = ShellLine(privilege: privilege, nonce: "n1").text(scriptLength: 10)
        // A quote in a name is the one thing that needs a backslash, and stands outside of quotes then.
        #expect(!line.contains { "!\n`".contains($0) })
        #expect(!line.replacing("'\\''", with: "").contains("\\"))
        #expect(!line.contains("hunter2"))
    }

    @Test("Without a password nobody can be asked for one")
    func neverAsks() {
        let sudo = Command.script("id", privilege: .sudo(user: "root"), deadline: .seconds(1))
        #expect(sudo.line.hasPrefix("sudo -n -u root -- sh -c "))
        let doas = Command.script("id", privilege: .doas(user: "web"), deadline: .seconds(1))
        #expect(doas.line.hasPrefix("doas -n -u web sh -c "))
        #expect(!sudo.usesTerminal && !doas.usesTerminal)
    }

    @Test("sudo with a password reads it from standard input, doas at a terminal")
    func asks() {
        let sudo = Command.script("id", privilege: .sudo(user: "web", password: Secret("p")), deadline: .seconds(1))
        #expect(sudo.line.hasPrefix("sudo -S -p '[lockstep %%") && sudo.line.contains(" %p] ' -u web -- sh -c "))
        #expect(!sudo.usesTerminal)
        let doas = Command.script("id", privilege: .doas(user: "web", password: Secret("p")), deadline: .seconds(1))
        #expect(doas.line.hasPrefix("doas -u web sh -c "))
        #expect(doas.usesTerminal)
    }

    @Test("No two commands have the same mark")
    func marks() {
        let lines = (0..<100).map { _ in Command.script("id", deadline: .seconds(1)).line }
        #expect(Set(lines).count == 100)
    }

    @Test("What a shell shows of the command line that it runs is neither the question nor the mark", arguments: all)
    func traces(privilege: Privilege) {
        let line = ShellLine(privilege: privilege, nonce: "n1")
        let trace = "+ \(line.text(scriptLength: 10))\n"
        #expect(!trace.contains(line.question) && !trace.contains(line.mark))
    }
}
