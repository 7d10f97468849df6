/// `host-keys`: the keys by which a host's SSH server proves who it is, read on the host itself.
///
/// Its output has a line a key, type and base64, in a fixed order.
package struct HostKeysModule: ProbingModule {
    package static let keyword = "host-keys"
    package static let summary = "Reads the public host keys of the host's SSH server; changes nothing."
    package static let parameters: [Parameter] = []

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {}

    package var probe: String { "grep -h . /etc/ssh/ssh_host_*_key.pub" }

    package func state(from output: ProbeOutput) throws(PlanError) -> [String] {
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

    package func plan(_ keys: [String], in context: PlanContext) throws(PlanError) -> TaskPlan {
        .ok(output: keys.joined(separator: "\n"))
    }
}
