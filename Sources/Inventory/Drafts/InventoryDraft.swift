/// An inventory that is being made of answers: what is known of a fleet so far, and the file that it makes.
package struct InventoryDraft: Sendable, Hashable {
    /// The host that is mirrored from.
    package var master: DraftHost?
    /// The directory that is mirrored.
    package var source: String?
    /// The hosts that are mirrored to.
    package var slaves: [DraftHost] = []
    /// The directory that becomes the copy, on slaves that have none of their own.
    package var target: String?
    /// The directories of slaves that have one of their own.
    package var ownTargets: [OwnTarget] = []
    /// The user to log in as; none where ssh decides.
    package var user: String?
    /// How to become root; none where the user who logs in has the rights.
    package var become: FleetHost.Become.Method?
    /// The private key to log in with; none where ssh decides.
    package var privateKeyFile: String?

    /// A directory of one slave, or of all that were named together.
    package struct OwnTarget: Sendable, Hashable {
        /// The slave's name, or the range that was given.
        package var name: String
        /// The directory.
        package var path: String

        /// Makes a target.
        package init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    /// Begins with nothing known.
    package init() {}

    /// The file's text.
    package var text: String {
        var sections = ["# Written by lockstep init."]
        sections.append(section("master", (master?.lines ?? []).map(Self.line)))
        sections.append(section("slaves", slaveLines))
        sections.append(section("master:vars", [variable("source", source)]))
        sections.append(section("slaves:vars", [variable("target", target)]))
        sections.append(
            section(
                "all:vars",
                [
                    variable("ansible_user", user),
                    variable("ansible_ssh_private_key_file", privateKeyFile),
                    variable("ansible_become", become.map { _ in "yes" }),
                    variable("ansible_become_method", become?.rawValue),
                ]
            )
        )
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// The slaves that have no directory of their own.
    package var slavesWithoutOwnTarget: [DraftHost] {
        let named = Set(ownTargets.map(\.name))
        return slaves.filter { !named.contains($0.name) && !named.isSuperset(of: $0.names) }
    }

    /// What keeps it from being an inventory without a fault or a warning; what is not known yet is none.
    ///
    /// - Parameter read: makes the fleet of an inventory, and knows what the ssh configuration says.
    package func fault(_ read: (Inventory) throws(InventoryErrors) -> Fleet) -> DraftFault? {
        if let fault = takenName { return fault }
        do throws(InventoryErrors) {
            let fleet = try read(Inventory(parsing: completed.text, file: "draft"))
            // Nobody is asked at which address the master reaches a slave.
            let warning = fleet.warnings.first { !fleet.loopbackWarnings.contains($0) }
            return warning.map { DraftFault($0).withoutPlace }
        } catch {
            return error.errors.first.map { DraftFault($0.diagnostic).withoutPlace }
        }
    }

    /// The same with something harmless where nothing is known, so that the rest can be looked at.
    package var completed: InventoryDraft {
        var whole = self
        whole.master = master ?? (try? DraftHost(parsing: "lockstep-draft-master"))
        whole.source = source ?? "/lockstep-draft/source"
        if slaves.isEmpty, let slave = try? DraftHost(parsing: "lockstep-draft-slave") { whole.slaves = [slave] }
        if target == nil, !whole.slavesWithoutOwnTarget.isEmpty { whole.target = "/lockstep-draft/target" }
        return whole
    }

    // MARK: - Lines

    private var slaveLines: [String] {
        let targets = Dictionary(ownTargets.map { ($0.name, $0.path) }) { $1 }
        var lines: [String] = []
        var written: Set<String> = []
        for slave in slaves {
            for (word, variables) in slave.lines {
                written.formUnion([word, slave.name])
                let target = (targets[word] ?? targets[slave.name]).map { InventoryQuoting.assignment("target", $0) }
                lines.append(Self.line(word, variables + [target].compactMap(\.self)))
            }
        }
        // One of a range: a host that is mentioned again has the later value.
        for own in ownTargets where !written.contains(own.name) {
            lines.append(Self.line(own.name, [InventoryQuoting.assignment("target", own.path)]))
        }
        return lines
    }

    private static func line(_ word: String, _ variables: [String]) -> String {
        ([InventoryQuoting.word(word)] + variables).joined(separator: " ")
    }

    private func variable(_ name: String, _ value: String?) -> String? {
        value.map { "\(name) = \(InventoryQuoting.value($0))" }
    }

    private func section(_ title: String, _ lines: [String?]) -> String {
        let lines = lines.compactMap(\.self)
        return lines.isEmpty ? "" : "[\(title)]\n" + lines.joined(separator: "\n")
    }

    private var takenName: DraftFault? {
        var names: Set<String> = []
        for name in slaves.flatMap(\.names) + (master?.names ?? []) where ["all", "ungrouped"].contains(name) {
            return DraftFault("'\(name)' is the name of a group that is always there", hint: "rename the host")
        }
        for name in slaves.flatMap(\.names) where !names.insert(name).inserted {
            return DraftFault("'\(name)' is a slave already", hint: "give each slave a name of its own")
        }
        return nil
    }
}
