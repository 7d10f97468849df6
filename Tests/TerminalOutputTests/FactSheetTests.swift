import Testing

@testable import TerminalOutput

@Suite("A page of facts")
struct FactSheetTests {
    private let sheet = FactSheet(
        heading: ["edge3: a slave of hub", "lockstep.ini:12, in the groups south, slaves, all"],
        sections: [
            FactSheet.Section(
                "Reached from here",
                [
                    FactSheet.Row("address", "192.0.2.77", source: "config:2", remarks: ["asked for as rack7"]),
                    FactSheet.Row("host key", "ssh-ed25519 SHA256:0123456789abcdef0123456789", source: "known_hosts:7"),
                    FactSheet.Row("user", "deploy", source: ""),
                ]
            ),
            FactSheet.Section("Settings", []),
            FactSheet.Section(
                "Variables of your own",
                [FactSheet.Row("contact", "a note of many words", source: "lockstep.ini:26 (south)")]
            ),
        ]
    )

    @Test("On a wide terminal the sources stand in a column of their own")
    func wide() {
        #expect(
            sheet.text(width: 80) == """
                edge3: a slave of hub
                lockstep.ini:12, in the groups south, slaves, all

                Reached from here
                  address   192.0.2.77                                     config:2
                              asked for as rack7
                  host key  ssh-ed25519 SHA256:0123456789abcdef0123456789  known_hosts:7
                  user      deploy

                Variables of your own
                  contact  a note of many words  lockstep.ini:26 (south)

                """
        )
    }

    @Test("Where a row does not fit, its source goes below, and the others keep their column")
    func medium() {
        #expect(
            sheet.text(width: 60) == """
                edge3: a slave of hub
                lockstep.ini:12, in the groups south, slaves, all

                Reached from here
                  address   192.0.2.77  config:2
                              asked for as rack7
                  host key  ssh-ed25519 SHA256:0123456789abcdef0123456789
                              known_hosts:7
                  user      deploy

                Variables of your own
                  contact  a note of many words  lockstep.ini:26 (south)

                """
        )
    }

    @Test("At 40 columns nothing is cut; only a word that is longer than the line sticks out")
    func narrow() {
        let text = sheet.text(width: 40)
        let long = text.split(separator: "\n").filter { $0.count > 40 }
        #expect(long.map { String($0.drop { $0 == " " }) } == ["SHA256:0123456789abcdef0123456789"])
        #expect(text.contains("\n  contact  a note of many words\n             lockstep.ini:26 (south)\n"))
        #expect(text.contains("\n  host key  ssh-ed25519\n            SHA256:0123456789abcdef0123456789\n"))
    }

    @Test("Where not even name and value fit beside each other, the value goes below the name")
    func narrower() {
        #expect(
            sheet.text(width: 30).hasSuffix(
                """
                  contact
                    a note of many words
                      lockstep.ini:26 (south)

                """
            )
        )
    }

    @Test("What a terminal would act on is shown")
    func control() {
        let row = FactSheet.Row("a", "x\u{1B}[2J\ny", source: "f:1")
        let sheet = FactSheet(heading: [], sections: [FactSheet.Section("S", [row])])
        #expect(sheet.text(width: 80) == "\nS\n  a  x␛[2J␊y  f:1\n")
    }
}
