import Foundation
import Lsyncd
import Provisioning
import Testing

@testable import LockstepCommands

@Suite("What status prints")
struct StatusTextTests {
    /// Copies in every state that depends on the figures of the fourth layer, asked at the second 1000.
    private static func status(
        counted: [Int?]? = [12, 300],
        _ change: (String) -> String = { $0 },
        known: Set<String> = []
    ) throws -> FleetStatus {
        var facts = Facts()
        facts.add(1000, of: ClockFact())
        facts.add(InotifyLimits(watches: 524_288, instances: 1024), of: InotifyLimitsFact())
        if let counted { facts.add(counted, of: InotifyUseFact()) }
        facts.add(try KeptCopiesFact().value(in: ProbeOutput(text: "")), of: KeptCopiesFact())
        facts.add(["edge1": ["edge1"], "_shared-1": ["old1", "edge9"]], of: KeepersFact())
        var services = ["_shared-1": LsyncdService(state: "active")]
        for (name, report) in reports {
            services[name] = LsyncdService(state: "active", restarts: name == "edge4" ? 1 : 0)
            facts.add(TargetReport(parsing: change(report)), of: CopyReportFact(name))
        }
        services["edge6"] = LsyncdService(state: "failed")
        facts.add(services, of: LsyncdServicesFact())
        facts.add(nil, of: CopyReportFact("edge6"))
        return try FleetStatus(of: reports.map(\.key) + ["edge6"], in: facts, known: known)
    }

    private static let reports: KeyValuePairs = [
        "edge1": report("edge1", #""waiting":0,"waiting_since":0,"sending_since":0"#),
        "edge2": report("edge2", #""waiting":3,"waiting_since":975,"sending_since":975"#),
        "edge3": report(
            "edge3",
            #""waiting":0,"left_out":[{"path":"/media","why":"unmounted"},{"path":"/a\u001b","why":"unreadable"},"#
                + #"{"path":"/b","why":"unreadable"}],"left_out_count":23"#
        ),
        "edge4": report(
            "edge4",
            #""waiting":0,"failures":1,"exit":12,"#
                + #""said":"ssh: connect to host 192.0.2.14 port 22: Connection refused""#,
            phase: "suspended"
        ),
        "edge5": report("edge5", #""layer":3"#),
    ]

    private static func report(_ name: String, _ figures: String, phase: String = "live") -> String {
        #"{"name":"\#(name)","phase":"\#(phase)","retry_in":8,"ok_at":460,"written_at":999,\#(figures)}"#
    }

    @Test("People read what waits, what is left out, and what to do")
    func text() throws {
        let status = try Self.status(known: ["edge9"])
        #expect(
            StatusText(status, master: "hub").text == """
                hub: 6 copies; 312 of 524288 watches and 2 of 1024 inotify instances in use
                edge1  live        last sent 9 min ago
                edge2  behind      3 changes wait, the oldest for 25 s; sending for 25 s; last sent 9 min ago
                edge3  incomplete  last sent 9 min ago
                                   left out: /media: the file system that was mounted there is missing, and the slave keeps \
                what it has of it; mount it, or run 'lockstep resync --accept-missing PATH' if it is gone for good
                                   left out: /a␛, /b: the user lockstep cannot read it on the master, and the slave keeps what \
                it has of it; give that user the right to read it
                                   20 more paths are left out
                edge4  suspended   lsyncd cannot reach edge4 and tries again in 8 s, after 1 failure; rsync last ended with 12: \
                nothing listens on the slave's port, for it was said: ssh: connect to host 192.0.2.14 port 22: Connection \
                refused (check that sshd runs on the slave, and that sync_address and sync_port are where it listens); it was \
                started again 1 time: its log says why
                edge5  live        last sent 9 min ago; what waits is not known, as an older layer runs: 'lockstep up' \
                replaces it
                edge6  failed      lockstep-lsyncd@edge6.service is failed
                the copy old1 is not in the inventory, and lockstep-lsyncd@_shared-1.service, which keeps it, is active: it belongs to \
                another inventory, or 'lockstep up --prune' ends it

                """
        )
        #expect(status.copies.map(\.isSound) == [true, false, false, false, true, false])
    }

    @Test("A count that is not of this moment carries its age")
    func age() throws {
        let status = try Self.status(counted: nil) {
            $0.replacing(#""ok_at""#, with: #""watches":6,"watches_at":400,"ok_at""#)
        }
        #expect(
            StatusText(status, master: "hub").text.hasPrefix(
                "hub: 6 copies; 30 of 524288 (counted 10 min ago) watches and 5 of 1024 inotify instances in use\n"
            )
        )
    }

    @Test("The documentation shows each line of --json as it is written")
    func documented() async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../docs/json-lines.md")
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n# ")
        let part = try #require(parts.first { $0.hasPrefix("What `status --json` prints") })
        let shown = part.split(separator: "\n").filter { $0.hasPrefix("{") }.map(String.init)
        let status = try Self.status(known: ["edge9"])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try StatusEvent.all(of: status).map { String(decoding: try encoder.encode($0), as: UTF8.self) }
        #expect(shown.count == 6)
        for line in shown { #expect(lines.contains(line), "\(line) is not in \(lines.joined(separator: "\n"))") }
    }
}
