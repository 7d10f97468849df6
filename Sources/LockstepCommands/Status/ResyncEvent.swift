import Lsyncd

/// What `lockstep resync --json` prints, one object a line.
struct ResyncEvent: Sendable, Encodable {
    var event = "resync"
    var name: String
    var answer: ResyncRequest.Answer

    /// Says what became of the request for a copy.
    init(name: String, answer: ResyncRequest.Answer) {
        self.name = name
        self.answer = answer
    }

    /// An answer as people read it.
    static func words(_ answer: ResyncRequest.Answer) -> String {
        switch answer {
        case .asked: "a full pass was asked for"
        case .silent:
            "its lsyncd does not run, or has said nothing for \(TargetReport.staleAfter) s: 'lockstep status' says more"
        case .failed: "the request could not be written below /run/lockstep on the master"
        }
    }
}
