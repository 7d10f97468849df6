import LockstepTestSupport
import Testing

@testable import LockstepCommands

@Suite("The command of exec")
struct ExecCommandTests {
    @Test("One word is a command line, several are a command with its arguments")
    func line() {
        #expect(ExecCommand.line(of: ["ls | wc -l"]) == "ls | wc -l")
        #expect(ExecCommand.line(of: ["ls", "-l", "/srv/a b"]) == "ls -l '/srv/a b'")
        #expect(ExecCommand.line(of: ["echo", "$HOME", "|", ""]) == "echo '$HOME' '|' ''")
    }

    @Test("All hosts' outputs together do not fill the memory, unless that is asked for")
    func outputLimit() {
        #expect(ExecCommand.outputLimit(megabytes: nil, hosts: 1) == 10_000_000)
        #expect(ExecCommand.outputLimit(megabytes: nil, hosts: 1000) == 500_000)
        #expect(ExecCommand.outputLimit(megabytes: nil, hosts: 100_000) == 100_000)
        #expect(ExecCommand.outputLimit(megabytes: 200, hosts: 1000) == 200_000_000)
    }
}
