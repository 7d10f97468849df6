import Lsyncd
import Testing

@Suite("Exit codes of rsync")
struct RsyncExitCodeTests {
    @Test("Every number has a meaning of its own kind, and every failure an advice", arguments: 0...255)
    func everyNumber(number: Int) {
        let code = RsyncExitCode(number)
        #expect(!code.meaning.isEmpty)
        #expect(code.isSuccess == (code.advice == nil))
        #expect(code.isSuccess == [0, 24].contains(number))
    }

    @Test(
        "The numbers that are met most are told apart",
        arguments: [
            (12, "unexpected"), (23, "some files"), (77, "refused"), (127, "not installed"), (137, "signal 9"),
            (143, "signal 15"), (255, "ssh"), (99, "99"),
        ]
    )
    func meaning(number: Int, part: String) {
        #expect(RsyncExitCode(number).meaning.contains(part))
    }
}
