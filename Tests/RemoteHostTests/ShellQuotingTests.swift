import Testing

@testable import RemoteHost

@Suite("Shell quoting")
struct ShellQuotingTests {
    @Test(
        "A word means itself to the shell",
        arguments: [
            ("plain", "plain"),
            ("/srv/data", "/srv/data"),
            ("", "''"),
            ("two words", "'two words'"),
            ("it's", "'it'\\''s'"),
            ("$(reboot)", "'$(reboot)'"),
            ("a\nb", "'a\nb'"),
            ("~root", "'~root'"),
            ("a'\u{301}b", "'a'\\''\u{301}b'"),
        ]
    )
    func wordMeansItself(text: String, quoted: String) {
        #expect(shellQuoted(text) == quoted)
    }

    @Test("A script runs as the user that become names")
    func becomeWrapsTheShell() {
        let command = Command.script("id", privilege: .sudo(user: "root"), deadline: .seconds(1))
        #expect(command.line == "sudo -n -u root -- sh -s")
        #expect(String(decoding: command.input, as: UTF8.self).hasSuffix("lockstep_script </dev/null\n"))
    }
}
