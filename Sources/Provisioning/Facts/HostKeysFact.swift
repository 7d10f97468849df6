/// The public keys by which a host's SSH server proves who it is, type and base64, in a fixed order.
package struct HostKeysFact: SingleFact {
    package static let kind = "host-keys"
    package typealias Value = [String]

    /// Makes a fact.
    package init() {}

    package var script: String { "grep -h . /etc/ssh/ssh_host_*_key.pub" }

    package func value(in output: ProbeOutput) throws(PlanError) -> [String] {
        let keys = output.lines.compactMap { line -> String? in
            let words = line.split(separator: " ")
            return words.count >= 2 ? "\(words[0]) \(words[1])" : nil
        }
        guard !keys.isEmpty else {
            throw PlanError(
                "no public host keys in /etc/ssh\(output.reason)",
                hint: "is the SSH server set up elsewhere? 'ssh-keygen -A' makes keys"
            )
        }
        return keys.sorted()
    }
}
