package import Provisioning

/// Puts fixed values in place of what differs from machine to machine and from hour to hour: keys, ids, processes, times,
/// addresses, and what the kernel has to give. What is different stays different within a kind of fact, and what is the
/// same the same.
package struct FixedDetails: Sendable {
    private let texts: [(found: String, fixed: String)]
    private let amounts: [Int: Int]
    private let time: Int
    /// What was found so far, and what stands in its place.
    private var keys: [Substring: String] = [:]
    private var ids: [Substring: String] = [:]
    private var processes: [Substring: String] = [:]

    /// The time of every recording, in seconds since 1970.
    package static let time = 1_800_000_000

    /// Makes replacements for one host.
    ///
    /// - Parameters:
    ///   - keys: keys that come first, in this order, whichever a host names first: base64.
    ///   - texts: words of the host, such as its addresses, and what is to stand in their place.
    ///   - amounts: what the host's kernel has to give of memory and inotify, and what is to stand in the place of that.
    ///   - time: seconds since 1970 by the host's clock; what is within a day of that is a time.
    package init(keys: [String], texts: [(found: String, fixed: String)], amounts: [Int: Int], time: Int) {
        (self.texts, self.amounts, self.time) = (texts, amounts, time)
        for key in keys where self.keys[key[...]] == nil {
            self.keys[key[...]] = Self.fixedKey(key[...], self.keys.count + 1)
        }
    }

    /// The outputs of all snippets of some kind with fixed values.
    package func fixed(_ outputs: [ProbeOutput], of kind: String) -> [ProbeOutput] {
        var details = self
        return outputs.map { details.fixed($0, of: kind) }
    }

    private mutating func fixed(_ output: ProbeOutput, of kind: String) -> ProbeOutput {
        var output = output
        output.errorText = fixed(output.errorText, of: kind)
        // What is no text holds nothing that would have to be replaced.
        if output.bytes.elementsEqual(output.text.utf8) { output.text = fixed(output.text, of: kind) }
        return output
    }

    private mutating func fixed(_ text: String, of kind: String) -> String {
        var text = text
        for (found, fixed) in texts { text = text.replacing(found, with: fixed) }
        text = replacing(/AAAA[A-Za-z0-9+\/]{40,}=*/, in: text, \.keys, Self.fixedKey)
        text = text.replacing(/lockstep-lab-[0-9a-f]{8}/, with: "lockstep-lab-00000000")
        text = text.replacing(/[0-9]{2}:[0-9]{2}:[0-9]{2}/, with: "00:00:00")
        // How often something was sent so far depends on how fast the machine is.
        text = text.replacing(/"runs":[0-9]+/, with: "\"runs\":6")
        text = replacing(/\b[0-9a-f]{32}\b/.wordBoundaryKind(.simple), in: text, \.ids) { _, number in
            String(repeating: "0", count: 32 - "\(number)".count) + "\(number)"
        }
        text = replacing(/\/proc\/[0-9]+/, in: text, \.processes) { _, number in "/proc/\(1000 + number)" }
        text = text.replacing(/\b[0-9]{10}\b/.wordBoundaryKind(.simple)) { match in
            let isTime = Int(match.output).map { abs($0 - time) < 86400 } ?? false
            return isTime ? "\(Self.time)" : String(match.output)
        }
        guard Self.kindsOfAmounts.contains(kind) else { return text }
        return text.replacing(/\b[0-9]+\b/.wordBoundaryKind(.simple)) { match in
            Int(match.output).flatMap { amounts[$0] }.map { "\($0)" } ?? String(match.output)
        }
    }

    /// A key that stands for another: its first bytes say of which type it is.
    private static func fixedKey(_ key: Substring, _ number: Int) -> String {
        key.prefix { $0 != "=" }.prefix(24) + String(repeating: "0", count: 20 - "\(number)".count) + "\(number)"
    }

    /// The kinds of facts in which a number may be one of the kernel's.
    private static let kindsOfAmounts: Set = ["inotify-limits", "memory", "sysctl"]

    /// The text with a numbered word for each thing that a pattern finds.
    private mutating func replacing(
        _ pattern: Regex<Substring>,
        in text: String,
        _ known: WritableKeyPath<FixedDetails, [Substring: String]>,
        _ word: (Substring, Int) -> String
    ) -> String {
        text.replacing(pattern) { match in
            let found = match.output
            let fixed = self[keyPath: known][found] ?? word(found, self[keyPath: known].count + 1)
            self[keyPath: known][found] = fixed
            return fixed
        }
    }
}
