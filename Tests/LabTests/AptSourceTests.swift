import Testing

@testable import Lab

@Suite("Sources of apt")
struct AptSourceTests {
    @Test("One-line entries are read with their options, comments are not")
    func oneLineEntries() {
        let sources = AptSource.parseList(
            """
            # deb http://old.example/debian bookworm main
            deb http://mirror.example/debian bookworm main contrib # the near one
            deb [ arch=amd64 signed-by=/etc/apt/keyrings/x.gpg trusted=yes ] https://x.example/apt stable main
            deb-src http://mirror.example/debian bookworm main
            """
        )
        #expect(
            sources == [
                AptSource(uri: "http://mirror.example/debian", suite: "bookworm", components: ["main", "contrib"]),
                AptSource(
                    uri: "https://x.example/apt",
                    suite: "stable",
                    components: ["main"],
                    signedBy: "/etc/apt/keyrings/x.gpg",
                    isTrusted: true
                ),
            ]
        )
    }

    @Test("A stanza stands for each of its suites, unless it is switched off")
    func stanzas() {
        let sources = AptSource.parseStanzas(
            """
            Types: deb deb-src
            # the near one
            URIs: http://mirror.example/debian
            Suites: bookworm
              bookworm-updates
            Components: main
            Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

            Enabled: no
            Types: deb
            URIs: http://off.example/debian
            Suites: bookworm
            Components: main
            """
        )
        #expect(sources.map(\.suite) == ["bookworm", "bookworm-updates"])
        #expect(sources.allSatisfy { $0.uri == "http://mirror.example/debian" && $0.components == ["main"] })
    }

    @Test("Third parties that use a suite of Debian's name are left out")
    func debiansOwn() {
        let own = AptSource(uri: "http://m.example/debian", suite: "bookworm", components: ["main"])
        let security = AptSource(
            uri: "http://m.example/security",
            suite: "bookworm-security",
            components: ["main"],
            signedBy: AptSource.keyring
        )
        let other = AptSource(
            uri: "https://vendor.example",
            suite: "bookworm",
            components: ["main"],
            signedBy: "/etc/apt/keyrings/vendor.gpg"
        )
        let newer = AptSource(uri: "http://m.example/debian", suite: "trixie", components: ["main"])
        #expect([other, own, newer, security].ofDebian("bookworm") == [own, security])
    }

    @Test("A source written down as a stanza reads as the same source")
    func roundTrip() {
        let source = AptSource(
            uri: "http://m.example/debian",
            suite: "bookworm",
            components: ["main", "contrib"],
            signedBy: AptSource.keyring
        )
        #expect(AptSource.parseStanzas(source.stanza + "\n" + source.stanza) == [source, source])
    }
}
