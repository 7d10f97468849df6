import FoundationEssentials
package import SystemPackage

/// The folder that a lab keeps its files in, and the names of those files.
package struct LabDirectory: Sendable, Hashable {
    /// The folder; absolute, and made by the first `up`.
    package let path: FilePath

    /// A lab's folder, wherever the caller wants it.
    package init(_ path: FilePath) {
        self.path = path
    }

    /// The folder below `$XDG_STATE_HOME`, or below `~/.local/state` without one.
    package init(environment: [String: String]) {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            path = FilePath(state).appending("lockstep").appending("lab")
        } else {
            path = FilePath(environment["HOME"] ?? "/root").appending(".local/state/lockstep/lab")
        }
    }

    /// The private half of the key that root's login takes on every host.
    package var privateKey: FilePath { path.appending("id_ed25519") }
    /// The hosts' keys, as OpenSSH writes them.
    package var knownHosts: FilePath { path.appending("known_hosts") }

    var publicKey: FilePath { path.appending("id_ed25519.pub") }
    var state: FilePath { path.appending("state.json") }
    var lock: FilePath { path.appending("lock") }
    var hosts: FilePath { path.appending("hosts") }

    /// Where the engine itself writes the container's id, the moment there is one.
    func containerID(of host: String) -> FilePath { hosts.appending("\(host).cid") }

    /// The keys of one host, known_hosts lines.
    func knownHosts(of host: String) -> FilePath { hosts.appending("\(host).known_hosts") }
}

extension LabDirectory {
    /// The lab that is up, or was left half-way; nil where there is none.
    func loadState() throws(LabError) -> LabState? {
        guard let text = try LocalFile.textIfThere(state) else { return nil }
        do {
            return try JSONDecoder().decode(LabState.self, from: Data(text.utf8))
        } catch {
            throw LabError(
                .file,
                "\(state) cannot be read: \(error)",
                hint: "remove the lab's containers and networks (named lockstep-…) by hand, then \(path)"
            )
        }
    }

    /// Remembers the lab as it is now.
    func save(_ state: LabState) throws(LabError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do {
            data = try encoder.encode(state)
        } catch {
            throw LabError(.file, "the lab's state cannot be written down: \(error)")
        }
        try LocalFile.write(String(decoding: data, as: UTF8.self) + "\n", to: self.state)
    }

    /// The id that the engine wrote for a host's container; nil where none was made.
    func recordedContainer(of host: String) throws(LabError) -> String? {
        guard let id = try LocalFile.textIfThere(containerID(of: host))?.trimmed, !id.isEmpty else { return nil }
        return id
    }
}
