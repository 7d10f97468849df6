import Testing

@testable import RemoteHost

@Suite("The way to a script's shell")
struct ShellOpeningTests {
    private let sudo = Privilege.sudo(user: "root", password: Secret("hunter2"))
    private let doas = Privilege.doas(user: "root", password: Secret("hunter2"))

    private func opening(_ privilege: Privilege) -> ShellOpening {
        ShellOpening(ShellLine(privilege: privilege, nonce: "n1"))
    }

    private func out(_ text: String) -> OutputChunk { .standardOutput(Array(text.utf8)) }
    private func err(_ text: String) -> OutputChunk { .standardError(Array(text.utf8)) }
    private let password = ShellOpening.Action.answer(Array("hunter2\n".utf8))

    @Test("The password is sent when sudo asks, the script when the shell is there")
    func asked() {
        var opening = opening(sudo)
        #expect(opening.holdsScript)
        #expect(opening.hear(err("a lecture\n[lockstep %n1 alice] ")) == [password])
        #expect(opening.hear(err("a last word")).isEmpty)
        let actions = opening.hear(out("motd\nlockstep n1\nfirst"))
        #expect(actions == [.sendScript, .passOn(err("a last word")), .passOn(out("first"))])
        #expect(opening.hear(out("lockstep n1\n")) == [.passOn(out("lockstep n1\n"))])
        #expect(opening.hear(err("[lockstep %n1 alice] ")) == [.passOn(err("[lockstep %n1 alice] "))])
        #expect(opening.failure(of: CommandResult(exit: .status(1))) == nil)
    }

    @Test("Where sudo does not ask, the password is never sent")
    func notAsked() {
        var opening = opening(sudo)
        #expect(opening.hear(out("lockstep n1\n")) == [.sendScript])
        #expect(opening.failure(of: CommandResult(exit: .status(0))) == nil)
    }

    @Test("Question and mark are found whatever pieces they come in")
    func pieces() {
        var opening = opening(sudo)
        let question = "[lockstep %n1 alice] ".map { opening.hear(err(String($0))) }
        #expect(question.dropLast().allSatisfy(\.isEmpty) && question.last == [password])
        let mark = "lockstep n1\nx".map { opening.hear(out(String($0))) }
        #expect(mark.filter { !$0.isEmpty } == [[.sendScript], [.passOn(out("x"))]])
    }

    @Test("However much is printed on the way, question and mark are found, and only the end of it is kept")
    func flood() {
        var opening = opening(sudo)
        let noise = String(repeating: "spam and eggs\n", count: 4_096)
        for _ in 0..<16 {
            #expect(opening.hear(out(noise)).isEmpty)
            #expect(opening.hear(err(noise)).isEmpty)
        }
        #expect(opening.hear(err("[lockstep %n1 alice] ")) == [password])
        #expect(opening.hear(err(noise + "the last word")).isEmpty)
        #expect(opening.hear(out("\(noise)lockstep n")).isEmpty)
        let actions = opening.hear(out("1\nfirst"))
        guard actions.count == 3, case .passOn(.standardError(let errors)) = actions[1] else {
            Issue.record("not what a shell's opening asks for: \(actions.count) actions")
            return
        }
        #expect([actions[0], actions[2]] == [.sendScript, .passOn(out("first"))])
        #expect(errors.count == ShellOpening.memory)
        #expect(String(decoding: errors, as: UTF8.self).hasSuffix("eggs\nthe last word"))
    }

    @Test("Another's question or mark is noise", arguments: ["[lockstep %%n1 %p] ", "[lockstep %n2 a] ", "Password: "])
    func others(noise: String) {
        var opening = opening(sudo)
        #expect(opening.hear(err(noise)).isEmpty)
        #expect(opening.hear(out("\(noise)lockstep n2\n")).isEmpty)
    }

    @Test("A password that sudo asks for again is wrong, and is not tried again")
    func wrong() {
        var opening = opening(sudo)
        #expect(opening.hear(err("[lockstep %n1 alice] ")) == [password])
        #expect(opening.hear(err("Sorry, try again.\n[lockstep %n1 alice] ")) == [.hangUp])
        #expect(opening.hear(err("[lockstep %n1 alice] ")).isEmpty)
        let failure = opening.failure(of: CommandResult(exit: .status(1)))
        #expect(failure?.code == .shellRefused)
        #expect(failure?.message == "the sudo password of alice is wrong")
        #expect(failure?.hint?.contains("once") == true)
    }

    @Test("Both questions in one piece are two questions")
    func wrongInOnePiece() {
        var opening = opening(sudo)
        let actions = opening.hear(err("[lockstep %n1 alice] \nSorry, try again.\n[lockstep %n1 alice] "))
        #expect(actions == [password, .hangUp])
    }

    @Test("A refusal is told in the program's own words, never with the password")
    func refusal() {
        var opening = opening(sudo)
        _ = opening.hear(out("Welcome!\n"))
        _ = opening.hear(err("[lockstep %n1 alice] "))
        _ = opening.hear(err("\nalice is not in the sudoers file.\n"))
        let failure = opening.failure(of: CommandResult(exit: .status(1)))
        #expect(
            failure?.message == "sudo did not give the rights of root (status 1): alice is not in the sudoers file."
        )
        #expect(failure?.hint?.contains("alice") == true)
        #expect(!String(describing: failure).contains("hunter2") && !String(reflecting: opening).contains("hunter2"))
    }

    @Test(
        "A hint says where to look",
        arguments: [
            (Privilege.sudo(user: "root", password: Secret("p")), Int32(1), "requiretty"),
            (.sudo(user: "root"), 1, "--ask-become-pass"), (.doas(user: "root"), 1, "--ask-become-pass"),
            (.sudo(user: "root"), 127, "installed"),
            (.sudo(user: "root"), 77, "SSH_ORIGINAL_COMMAND"), (.doas(user: "root"), 1, "doas.conf"),
            (.none, 1, "login shell"),
        ]
    )
    func hints(privilege: Privilege, status: Int32, word: String) {
        let failure = opening(privilege).failure(of: CommandResult(exit: .status(status)))
        #expect(failure?.code == .shellRefused)
        #expect(failure?.hint?.contains(word) == true)
    }

    @Test("doas's question is found in what the terminal shows, its user too")
    func terminal() {
        var opening = opening(doas)
        #expect(opening.hear(out("doas (someone) says hello\n")).isEmpty)
        #expect(opening.hear(out("\rdoas (alice@web1) password: ")) == [password])
        #expect(opening.hear(out("\r\nlockstep n1\n\nbytes")) == [.sendScript, .passOn(out("\nbytes"))])
    }

    @Test("A password that doas refuses is told as it says it")
    func terminalRefusal() {
        var opening = opening(doas)
        _ = opening.hear(out("\rdoas (alice@web1) password: "))
        _ = opening.hear(out("\ndoas: Authentication failed\n"))
        let failure = opening.failure(of: CommandResult(exit: .status(1)))
        #expect(failure?.message == "doas did not give the rights of root (status 1): doas: Authentication failed")
        #expect(failure?.hint?.contains("password of alice") == true)
    }

    @Test("Without a password nothing is waited for, and what is said before the shell is there is left out")
    func noPassword() {
        var opening = opening(.none)
        #expect(!opening.holdsScript)
        #expect(opening.hear(out("no newlinelockstep n1\nout")) == [.sendScript, .passOn(out("out"))])
        #expect(!self.opening(.sudo(user: "root")).holdsScript)
    }

    @Test("A shell that does not come in time is given up, with the last that was said")
    func patience() {
        var opening = opening(sudo)
        _ = opening.hear(err("Verification code: "))
        #expect(opening.losePatience() == [.hangUp])
        let failure = opening.failure(of: CommandResult(exit: .status(1)))
        #expect(failure?.message == "sudo did not start a shell within 30 seconds: Verification code: ")
        var open = self.opening(sudo)
        _ = open.hear(out("lockstep n1\n"))
        #expect(open.losePatience().isEmpty)
    }
}
