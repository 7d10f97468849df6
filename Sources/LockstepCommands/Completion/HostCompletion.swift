import ArgumentParser
import Foundation
import Inventory

/// Completes names of the inventory while a command line is typed; silent whatever is wrong, since nobody has asked yet.
struct HostCompletion {
    /// The words of the command line, as they are typed.
    let words: [String]
    /// What is typed of the word to complete.
    let prefix: String
    /// The environment that the command would have.
    let environment: [String: String]

    /// Completes the name of a host.
    static let host = CompletionKind.custom { words, _, prefix in
        HostCompletion(words, prefix).hosts
    }

    /// Completes the name of a slave, or `all`.
    static let slave = CompletionKind.custom { words, _, prefix in
        HostCompletion(words, prefix).slaves
    }

    /// Completes the last name of a host pattern.
    static let pattern = CompletionKind.custom { words, _, prefix in
        HostCompletion(words, prefix).patterns
    }

    init(_ words: [String], _ prefix: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.words = words
        self.prefix = Self.unquoted(prefix)
        self.environment = environment
    }

    /// The hosts that the word may become.
    var hosts: [String] { matches(inventory?.hosts.map(\.name) ?? []) }

    /// The slaves that the word may become, and `all`.
    var slaves: [String] {
        guard let inventory, let group = inventory.group(named: "slaves") else { return [] }
        return matches(["all"] + inventory.hosts(in: group).map(\.name))
    }

    /// The patterns that the word may become: what stands before its last name stays.
    var patterns: [String] {
        guard let inventory else { return [] }
        let start = prefix.lastIndex { ":,".contains($0) }.map { prefix.index(after: $0) } ?? prefix.startIndex
        let sign = prefix[start...].prefix { "!&".contains($0) }
        let head = prefix[..<start] + sign
        return matches((inventory.groups.map(\.name) + inventory.hosts.map(\.name)).map { head + $0 })
    }

    private func matches(_ names: [String]) -> [String] {
        let matches = names.filter { $0.hasPrefix(prefix) }
        // zsh would take what is behind a colon for a description.
        return CompletionShell.requesting == .zsh ? matches.map { $0.replacing(":", with: "\\:") } : matches
    }

    // MARK: - The inventory

    private var inventory: Inventory? {
        guard var options = try? CommonOptions.parse([]) else { return nil }
        options.inventory = files
        return try? LoadedFleet.inventory(options, environment)
    }

    /// The inventories that the command line names so far; where it names none, the environment and the default count.
    private var files: [String] {
        var files: [String] = []
        for (index, word) in words.enumerated() {
            // bash takes an equals sign for a word of its own.
            let rest = words[(index + 1)...].drop { $0 == "=" }
            if word == "-i" || word == "--inventory" {
                files += rest.prefix(1)
            } else if word.hasPrefix("--inventory=") {
                files.append(String(word.dropFirst("--inventory=".count)))
            } else if word.hasPrefix("-i") {
                files.append(String(word.dropFirst(2)))
            }
        }
        return files.map { expanded(Self.unquoted($0)) }
    }

    private func expanded(_ file: String) -> String {
        guard let home = environment["HOME"], file.hasPrefix("~/") else { return file }
        return home + file.dropFirst()
    }

    /// A word as the shell would hand it on: completion gets it with its quotes and backslashes.
    private static func unquoted(_ word: String) -> String {
        var text = ""
        var quote: Character?
        var isEscaped = false
        for character in word {
            if isEscaped {
                text.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                text.append(character)
            }
        }
        return text
    }
}
