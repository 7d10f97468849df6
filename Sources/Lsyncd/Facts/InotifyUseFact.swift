package import Provisioning

/// How many directories each inotify instance of Lockstep's lsyncd on a host watches at this moment.
///
/// nil stands for one of which that cannot be had: a kernel before 3.8 does not tell, root of a container may not look at
/// what other users' processes have open, and the count may take longer than twenty seconds.
package struct InotifyUseFact: SingleFact {
    package static let kind = "inotify-use"
    package typealias Value = [Int?]

    package init() {}

    package var script: String { String(decoding: PackageResources.inotify_use_sh, as: UTF8.self) }

    package func value(in output: ProbeOutput) throws(PlanError) -> [Int?] {
        guard output.status == 0 else { throw PlanError("what is watched cannot be counted: \(output.failureText)") }
        var processes: [Substring] = []
        var counts: [Substring: [Int?]] = [:]
        for line in output.lines {
            if line.hasPrefix("lsyncd ") {
                processes.append(line.dropFirst("lsyncd ".count))
            } else if let place = line.firstRange(of: "/fdinfo/"), let colon = line.lastIndex(of: ":"),
                let count = Int(line[line.index(after: colon)...]), count > 0
            {
                counts[line[..<place.lowerBound], default: []].append(count)
            }
        }
        // An lsyncd watches one directory at least: none means that the kernel does not tell.
        return processes.flatMap { counts[$0] ?? [nil] }
    }
}
