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
