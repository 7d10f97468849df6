import RemoteHost

/// What was found on hosts, in the words that a person reads.
struct FindingText: Sendable, Hashable {
    /// What was found.
    var message: String
    /// What to do about it.
    var hint: String?

    /// How many hosts' troubles are told one by one.
    private static let most = 3

    /// The findings of one inspection.
    static func lines(of findings: [HostFinding]) -> [FindingText] {
        let odd = findings.filter(\.isOdd)
        var texts = odd.prefix(most).map { FindingText($0) }
        if odd.count > most { texts.append(FindingText(message: "note: and \(odd.count - most) hosts more")) }
        if findings.count == 1, let only = findings.first, !only.isOdd { return [FindingText(only)] }
        if findings.count > 1 {
            texts.append(FindingText(message: "\(findings.count - odd.count) of \(findings.count) hosts are reached"))
        }
        return texts
    }

    private init(message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }

    private init(_ finding: HostFinding) {
        switch finding.result {
        case .reached: message = "ok: \(finding.host) is reached"
        case .directory(let path): message = "ok: \(path) is there"
        case .noDirectory(let path):
            message = "note: \(path) is not there on \(finding.host)"
            hint = "lockstep up makes it, empty"
        case .otherFile(let path):
            message = "note: \(path) is no directory on \(finding.host)"
            hint = "name the directory that holds the data"
        case .trouble(let error):
            message = "note: \(finding.host) is not reached: \(error.message)"
            hint = error.hint
        }
    }
}
