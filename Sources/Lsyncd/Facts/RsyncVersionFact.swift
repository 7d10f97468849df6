package import Provisioning

/// The first line that `rsync --version` prints on a host; nil where there is no rsync.
package struct RsyncVersionFact: SingleFact {
    package static let kind = "rsync-version"
    package typealias Value = String?

    /// Makes a fact.
    package init() {}

    /// It asks the one that the wrapper on the master, the gate and rrsync run.
    package var script: String { "[ ! -e /usr/bin/rsync ] || /usr/bin/rsync --version 2>&1" }

    package func value(in output: ProbeOutput) throws(PlanError) -> String? {
        output.lines.first { !$0.isEmpty }.map(String.init)
    }
}
