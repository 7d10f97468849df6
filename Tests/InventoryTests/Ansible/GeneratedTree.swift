import Foundation
import LockstepTestSupport

/// An inventory of several files, made up from a seed: with `group_vars` and `host_vars` as INI for Lockstep, and as JSON
/// with the same values for Ansible, which reads no INI there.
struct GeneratedTree {
    /// The paths for `-i`, below the tree's directory.
    private(set) var sources: [String] = []
    private var inventories: [String: String] = [:]
    private var variables: [String: [(name: String, value: String)]] = [:]
    private var random: SeededRandom

    private static let groups = ["north", "south", "west"]
    private static let hosts = ["alpha", "beta", "gamma"]

    /// Makes up a tree.
    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        let files = random.once(in: 2) ? ["hosts.ini"] : ["one/10-hosts.ini", "one/20-more", "one/sub/hosts.ini"]
        for file in files { inventories[file] = inventory() }
        sources = files.count == 1 ? files : ["one"]
        if random.once(in: 3) {
            inventories["two/hosts.ini"] = inventory()
            sources.append("two/hosts.ini")
        }
        if random.once(in: 6) { sources.append(sources[0]) }
        for folder in ["", "one/", "two/"] where random.once(in: 2) { addVariables(below: folder) }
    }

    private mutating func inventory() -> String {
        var text = "[country:children]\nnorth\nsouth\n"
        for group in Self.groups {
            text += "[\(group)]\n"
            for host in Self.hosts where random.once(in: 2) {
                text += host + (random.once(in: 2) ? " \(name())=\(value())" : "") + "\n"
            }
        }
        for group in Self.groups + ["all", "country"] where random.once(in: 2) {
            text += "[\(group):vars]\n\(name()) = \(value())\n"
            if random.once(in: 3) { text += "ansible_group_priority=\(Int.random(in: 0...3, using: &random))\n" }
        }
        return text
    }

    private mutating func addVariables(below folder: String) {
        for group in Self.groups + ["all", "country", "ungrouped"] where random.once(in: 2) {
            let path = "\(folder)group_vars/\(group)" + (random.once(in: 4) ? "/\(random.pick(["a", "b"]))" : "")
            variables[path] = settings()
        }
        for host in Self.hosts where random.once(in: 2) { variables["\(folder)host_vars/\(host)"] = settings() }
    }

    private mutating func settings() -> [(name: String, value: String)] {
        // JSON has each name once.
        ["w", "x", "y", "z"].filter { _ in random.once(in: 2) }.map { (name: $0, value: value()) }
    }

    private mutating func name() -> String { random.pick(["w", "x", "y", "z"]) }

    /// A number, so that INI and JSON say the same.
    private mutating func value() -> String { String(Int.random(in: 0...9999, using: &random)) }

    /// Writes the tree, for Lockstep or for Ansible.
    func write(into folder: String, asJSON: Bool) throws {
        for (name, text) in inventories { try write(text, to: "\(folder)/\(name)") }
        for (name, settings) in variables {
            let ini = settings.map { "\($0.name) = \($0.value)\n" }.joined()
            let json = "{" + settings.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ") + "}"
            try write(asJSON ? json : ini, to: "\(folder)/\(name).\(asJSON ? "json" : "ini")")
        }
    }

    private func write(_ text: String, to path: String) throws {
        let file = URL(filePath: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// What both are made of, for a message.
    var description: String {
        let files = inventories.map { "== \($0)\n\($1)" } + variables.map { "== \($0)\n\($1)" }
        return "\(sources)\n" + files.sorted().joined(separator: "\n")
    }
}
