import RemoteHost
import Testing

@testable import Propagation

@Suite("Canary")
struct CanaryTests {
    @Test("A nonce is 16 characters of a-z and 0-9, and new each time")
    func nonce() {
        let canaries = (0..<100).map { _ in Canary() }
        #expect(Set(canaries).count == 100)
        #expect(canaries.allSatisfy { Canary(nonce: $0.nonce) == $0 })
        #expect(canaries[0].directoryName == ".lockstep-canary-\(canaries[0].nonce)")
    }

    @Test(
        "Nothing else is taken for a nonce",
        arguments: [
            "", "abc", "0123456789abcdeF", "0123456789abcde/", "../../../../etc/", "0123456789abcdefg", "ééééééé\u{e9}",
        ]
    )
    func refused(nonce: String) {
        #expect(Canary(nonce: nonce) == nil)
    }

    @Test("The file's second content differs in length; the third does not, so that rsync may take both for equal")
    func lengths() {
        let canary = Canary()
        #expect(canary.firstText.utf8.count != canary.secondText.utf8.count)
        #expect(canary.secondText.utf8.count == canary.thirdText.utf8.count && canary.secondText != canary.thirdText)
    }

    @Test(
        "A path stays a path, whatever it begins or ends with",
        arguments: [
            ("/srv/data", "/srv/data"), ("/srv/data//", "/srv/data"), ("/", ""), ("-rf", "./-rf"), ("data/", "./data"),
            ("/\u{301}x", "/\u{301}x"),
        ]
    )
    func paths(path: String, expected: String) {
        #expect(Canary().directoryPath(path) == expected)
    }

    @Test("A script's deadline is in whole seconds, never none")
    func seconds() {
        let canary = Canary()
        #expect(canary.timekeeper(lifetime: .milliseconds(1500)).contains("left=2\n"))
        #expect(canary.timekeeper(lifetime: .milliseconds(1)).contains("left=1\n"))
    }

    @Test("A step's deadline is ten times the delay, and ten seconds at least")
    func timing() {
        #expect(ProofTiming(delay: .milliseconds(200)).step == .seconds(10))
        #expect(ProofTiming(delay: .seconds(15)).step == .seconds(150))
    }
}
