import Lsyncd
import Testing

@Suite("Reports of the layer")
struct TargetReportTests {
    @Test("A report is read")
    func reportIsRead() throws {
        let report = try #require(
            TargetReport(
                parsing: """
                    {"layer":1,"lsyncd":"2.2.3","name":"s1","phase":"suspended","incomplete":true,"failures":4,"retry_in":8,\
                    "runs":9,"exit":255,"ok_at":100,"failed_at":200,"written_at":300}

                    """
            )
        )
        #expect(report.name == "s1" && report.phase == .suspended && report.isIncomplete)
        #expect(report.failures == 4 && report.retryIn == 8 && report.runs == 9)
        #expect(report.lastExit == RsyncExitCode(255) && report.lsyncd == "2.2.3")
        #expect(report.succeededAt == 100 && report.failedAt == 200 && report.writtenAt == 300)
        #expect(report.isAlive(at: 309) && !report.isAlive(at: 310))
    }

    @Test("The fourth layer tells what waits, what is being sent and what is left out")
    func fourthLayer() throws {
        let report = try #require(
            TargetReport(
                parsing: #"""
                    {"layer":4,"lsyncd":"2.2.3","name":"s1","phase":"live","incomplete":false,"failures":1,"retry_in":8,\
                    "runs":9,"exit":12,"ok_at":100,"failed_at":200,"watches":7,"written_at":300,"waiting":3,\
                    "waiting_since":275,"sending_since":276,"sending_full":true,"left_out":[{"path":"/media","why":"unmounted"},\
                    {"path":"/a \"b\"\u00fc","why":"unreadable"},{"path":"/c","why":"blocked"},{"path":"/d","why":"tired"}],\
                    "left_out_count":24,"said":"ssh: connect to host s1 port 22: Connection refused","watches_at":290}
                    """#
                    .replacing("\\\n", with: "")
            )
        )
        #expect(report.waiting == 3 && report.waitingSince == 275)
        #expect(report.sendingSince == 276 && report.isSendingAll)
        #expect(
            report.leftOut == [
                LeftOut(path: "/media", reason: .unmounted), LeftOut(path: "/a \"b\"ü", reason: .unreadable),
                LeftOut(path: "/c", reason: .blocked), LeftOut(path: "/d", reason: .unknown("tired")),
            ]
        )
        #expect(report.leftOutCount == 24 && report.watchesAt == 290 && report.tellsWhatWaits)
        #expect(report.said == "ssh: connect to host s1 port 22: Connection refused")
    }

    @Test("What the third layer does not tell is not known; what the fourth has none of is nothing")
    func layers() throws {
        let third = try #require(TargetReport(parsing: #"{"layer":3,"name":"s","phase":"live","written_at":1}"#))
        #expect(!third.tellsWhatWaits && third.waiting == nil && third.watchesAt == nil && third.said == nil)
        let idle = try #require(
            TargetReport(
                parsing:
                    #"{"layer":4,"name":"s","phase":"live","written_at":1,"waiting":0,"waiting_since":0,"sending_since":0,"sending_full":false,"left_out":{},"left_out_count":0,"said":""}"#
            )
        )
        #expect(idle.tellsWhatWaits && idle.waiting == 0 && idle.waitingSince == nil && idle.sendingSince == nil)
        #expect(idle.leftOut == [] && idle.leftOutCount == 0 && idle.said == nil)
    }

    @Test("Unknown keys and words are no obstacle, and what did not happen yet is nil")
    func laterVersions() throws {
        let report = try #require(
            TargetReport(
                parsing:
                    #"{"new":"a\"\\\u00fc\n","x":null,"name":"s","phase":"dreaming","exit":-1,"ok_at":0,"written_at":3e2}"#
            )
        )
        #expect(report.phase == .unknown("dreaming"))
        #expect(report.lastExit == nil && report.succeededAt == nil && report.failedAt == nil)
        #expect(report.writtenAt == 300 && !report.isIncomplete)
    }

    @Test(
        "What is no report is nil",
        arguments: [
            "", "{", "{}", "[]", #"{"name":"s","phase":"live"}"#, #"{"name":"s","phase":"live","written_at":1"#,
            #"{"name":"s","phase":"live","written_at":1}x"#, #"{"name":5,"phase":"live","written_at":1}"#,
            #"{"name":"s","phase":"live","written_at":"1"}"#, #"{"name":"s,"phase":"live","written_at":1}"#,
            #"{"name":"s","phase":"live","written_at":1.5}"#, #"{"name":"s" "phase":"live","written_at":1}"#,
        ]
    )
    func noReport(text: String) {
        #expect(TargetReport(parsing: text) == nil)
    }
}
