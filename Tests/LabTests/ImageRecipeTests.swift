import Testing

@testable import Lab

@Suite("The recipe of the base image")
struct ImageRecipeTests {
    static func debian(_ sources: [AptSource] = .debianDefaults("bookworm"), settings: [String] = []) -> ImageRecipe {
        ImageRecipe(base: .debian(codename: "bookworm", sources: sources, settings: settings))
    }

    @Test(
        "The hash is FNV-1a of 64 bits",
        arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
            as [(String, UInt64)]
    )
    func knownHashes(text: String, hash: UInt64) {
        #expect(ImageRecipe.fnv1a(Array(text.utf8)) == hash)
    }

    @Test("The same recipe has the same tag, any other mirror, setting or base another one")
    func tags() {
        let other = AptSource(uri: "http://m.example/debian", suite: "bookworm", components: ["main"])
        let recipes = [
            Self.debian(), Self.debian([other]), Self.debian(settings: ["Acquire::Retries \"3\";"]),
            ImageRecipe(base: .image(name: "x", id: "1")), ImageRecipe(base: .image(name: "x", id: "2")),
        ]
        #expect(Set(recipes.map(\.tag)).count == recipes.count)
        #expect(Self.debian().tag == Self.debian().tag)
        #expect(Self.debian().hash.utf8.count == 16)
    }

    @Test("The packages of a fleet are downloaded, and not installed")
    func packages() {
        let lines = Self.debian().script.split(separator: "\n")
        let naming = lines.filter { $0.contains("lsyncd") }
        #expect(naming == ["    apt-get -q -y --download-only install rsync lsyncd"])
        #expect(lines.contains { $0.contains("install") && $0.contains("openssh-server") })
    }

    @Test("A named image keeps its own sources, a bare Debian gets this machine's")
    func sources() {
        #expect(!ImageRecipe(base: .image(name: "x", id: "1")).script.contains("debian.sources"))
        let script = Self.debian().script
        #expect(script.contains("\nURIs: http://deb.debian.org/debian-security\nSuites: bookworm-security\n"))
        #expect(script.contains("\nEND\n"))
    }

    @Test(
        "A short name is looked for where docker would look",
        arguments: [
            ("debian:12", "docker.io/library/debian:12"), ("team/host", "docker.io/team/host"),
            ("quay.io/a/b", "quay.io/a/b"), ("localhost/x", "localhost/x"), ("reg:5000/x", "reg:5000/x"),
        ]
    )
    func names(short: String, full: String) {
        #expect(ImageBuilder.fullName(short) == full)
    }
}
