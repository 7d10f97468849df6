import Provisioning
import Testing

@testable import Lsyncd

@Suite("What lsyncd watches")
struct InotifyUseFactTests {
    @Test(
        "Each inotify instance counts, and an lsyncd of which the kernel tells none is one that is not known",
        arguments: [
            ("", []),
            (
                "lsyncd /proc/17\nlsyncd /proc/18\n/dev/null:0\n/proc/17/fdinfo/0:0\n/proc/17/fdinfo/4:1800\n/proc/18/fdinfo/4:3\n",
                [1800, 3]
            ),
            ("lsyncd /proc/17\n/proc/17/fdinfo/3:5\n/proc/17/fdinfo/4:6\n", [5, 6]),
            ("lsyncd /proc/17\n", [nil]), ("lsyncd /proc/17\n/proc/17/fdinfo/4:0\n", [nil]),
            ("lsyncd /proc/1\nlsyncd /proc/17\n/proc/17/fdinfo/4:2\n/proc/17/fdinfo/", [nil, 2]),
        ] as [(String, [Int?])]
    )
    func parsed(text: String, counts: [Int?]) throws {
        #expect(try InotifyUseFact().value(in: ProbeOutput(text: text)) == counts)
    }
}
