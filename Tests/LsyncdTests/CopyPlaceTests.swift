import Testing

@testable import Lsyncd

@Suite("Where a copy is written")
struct CopyPlaceTests {
    @Test(
        "A machine is reached in the same way at the same address and port, in whatever letters",
        arguments: [
            ("192.0.2.1", "22", true), ("192.0.2.1", "2222", false), ("192.0.2.2", "22", false),
        ]
    )
    func reached(address: String, port: String, isSame: Bool) {
        let one = CopyPlace(host: "a", address: "192.0.2.1", port: "22", user: "root", target: "/a")
        let other = CopyPlace(host: "b", address: address, port: port, user: "mirror", target: "/b")
        #expect(one.isReached(as: other) == isSame && other.isReached(as: one) == isSame)
        let (upper, lower) = ("Edge1.Example.NET", "edge1.example.net")
        let named = [upper, lower].map { CopyPlace(host: "a", address: $0, port: port, user: "root", target: "/a") }
        #expect(named[0].isReached(as: named[1]) && named[1].isReached(as: named[0]))
    }

    @Test(
        "Directories overlap where one is the other or lies below it",
        arguments: [
            ("/srv/site", "/srv/site", true), ("/srv/site", "/srv/site/docs", true), ("/srv/site", "/srv", true),
            ("/srv/site", "/srv/site2", false), ("/srv/site", "/srv/sit", false), ("/srv/site", "/srv/docs", false),
        ]
    )
    func overlap(one: String, other: String, isOverlap: Bool) {
        #expect(CopyPlace.overlap(one, other) == isOverlap)
        #expect(CopyPlace.overlap(other, one) == isOverlap)
    }
}
