import RemoteHost

/// `known-hosts`: a known_hosts file names the keys of a host, and no others for it.
package struct KnownHostsModule: Module {
    package static let keyword = "known-hosts"
    package static let summary = "A known_hosts file holds just these keys for a host."
    package static let parameters: [Parameter] =
        [
            .required("path", "absolute path of the file"),
            .required("host", "name by which the host is looked up there"),
            .required("keys", "the host's public keys, one a line: type, base64"),
        ] + WantedAttributes.parameters

    private let path: String
    private let host: String
    private let keys: Deferred<String>
    private let attributes: WantedAttributes

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        path = try arguments.path("path")
        host = try arguments.text("host")
        guard host.utf8.allSatisfy(isWordByte) else {
            throw ArgumentError("host", "'host' must be one plain name, not '\(host)'")
        }
        keys = try arguments.deferredText("keys")
        attributes = try WantedAttributes(arguments)
    }

    package var files: [WantedFile] {
        let lines: [WantedFile.Line] =
            switch keys {
            case .known(let keys): lines(of: keys).map { .known($0) }
            case .afterApply: [.unknown("\(host) \(WantedFile.Line.placeholder("the host keys of \(host)"))")]
            }
        return [WantedFile(path: path, attributes, content: .lines(lines))]
    }

    private func lines(of keys: String) -> [String] { keys.splitAtLineFeeds().map { "\(host) \($0)" } }

    package var facts: FactSet { FactSet(KnownHostsFact(path)) }

    /// The lines that name the host, byte for byte.
    package func state(from facts: Facts) throws(PlanError) -> [[UInt8]] {
        try facts.value(of: KnownHostsFact(path))[Array(host.utf8)] ?? []
    }

    package func plan(_ present: [[UInt8]], in context: PlanContext) throws(PlanError) -> TaskPlan {
        guard case .known(let keys) = keys else {
            return .knownAfterApply("record the keys of \(host), once they are known")
        }
        let wanted = self.lines(of: keys)
        let words = wanted.map { Array($0.utf8) }
        if present.count == words.count, Set(present) == Set(words) { return .ok() }
        let edit = LineEdit(file: shellQuoted(path), remove: present.filter { !words.contains($0) }, add: wanted)
        return .change(
            Change(
                "record the keys of \(host) in \(path)",
                diff: edit.removed + wanted.filter { !present.contains(Array($0.utf8)) }.map { "+ \($0)" },
                exchanging: edit,
                rights: attributes.script(path: "\"$new\""),
                writes: [path]
            )
        )
    }
}
