import RemoteHost
import Testing

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
}
