package import Provisioning

/// Which lsyncd a host has, and to which one a link leads.
package struct LsyncdInstallFact: SingleFact {
    package static let kind = "lsyncd-install"

    /// Where they are.
    package struct Value: Sendable, Hashable {
        /// Where the link leads to; none where there is no link.
        var linked: String?
        /// The directories of those that were built.
        var built: Set<String> = []
        /// The one in PATH.
        var found: String?
    }

    /// The path of the link.
    package let link: ExactPath

    /// Makes a fact.
    package init(_ link: String) {
        self.link = ExactPath(link)
    }

    package var script: String { shellFile(PackageResources.lsyncd_install_sh, [link.text]) }

    package func value(in output: ProbeOutput) throws(PlanError) -> Value {
        var value = Value()
        var isWhole = false
        for line in output.lines {
            let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2 else { continue }
            switch words[0] {
            case "link": value.linked = words[1]
            case "built": value.built.insert(words[1])
            case "found":
                isWhole = true
                value.found = words[1].isEmpty ? nil : words[1]
            default: continue
            }
        }
        guard isWhole else { throw PlanError("where lsyncd is on this host cannot be read\(output.reason)") }
        return value
    }
}
