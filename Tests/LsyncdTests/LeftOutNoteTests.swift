import Lsyncd
import Provisioning
import Testing

@Suite("Note of what a copy leaves out")
struct LeftOutNoteTests {
    @Test("Each copy that leaves paths out is named with them and with what to do; the others are not")
    func notes() {
        let reports = """
            {"layer":4,"name":"edge1","phase":"live","written_at":1,"left_out":[],"left_out_count":0}
            {"layer":4,"name":"docs@edge2","phase":"live","written_at":1,"left_out":[{"path":"/media","why":"unmounted"},\
            {"path":"/new\\u000aline","why":"unreadable"},{"path":"/c","why":"blocked"},{"path":"/d","why":"blocked"}],\
            "left_out_count":30}
            {"layer":4,"name":"edge3","phase":"live","written_at":1,"left_out":[{"path":"/x","why":"unreadable"}],\
            "left_out_count":1}

            """
        let notes = LeftOut.notes(in: reports.split(separator: "\n").compactMap { TargetReport(parsing: String($0)) })
        #expect(notes.map(\.copy) == ["docs@edge2", "edge3"])
        #expect(
            notes.map(\.text) == [
                """
                docs@edge2 is complete but for /media (it was a file system of its own, and is not mounted), /new
                line (it cannot be read by the user lockstep), /c (the slave has a directory in its place that may not be \
                deleted), and 27 more: the slave keeps what it has of that; mount it again, or say that it is gone for \
                good: lockstep resync --accept-missing PATH
                """,
                "edge3 is complete but for /x (it cannot be read by the user lockstep): the slave keeps what it has of that",
            ]
        )
    }

    @Test("A path with what else ends a line is told of", arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
    func lineEnds(end: String) throws {
        let report =
            #"{"name":"edge1","phase":"live","written_at":1,"left_out":[{"path":"/a\#(end)b","why":"blocked"}]}"#
        for ending in ["\r\n", "\n", ""] {
            let output = ProbeOutput(text: "/run/lockstep/edge1/report.json:\(report)\(ending)")
            let fact = CopyReportFact("edge1")
            let read = try #require(try CopyReportFact.values(of: [fact], in: output)[fact]?.get())
            #expect(LeftOut.notes(in: [read]).map(\.copy) == ["edge1"])
        }
    }
}
