import Foundation
import INIFile

/// A choice of hosts, as `--limit` takes it: names, groups, wildcards, and sums and differences of them.
///
/// `a:b` and `a,b` are both; `:&c` keeps what is also in c; `:!d` leaves d out; the order does not matter: first all
/// sums, then what is kept, then what is left out. A pattern of exclusions alone begins with all hosts.
package struct HostPattern: Sendable, Hashable {
    /// The pattern as the user gave it.
    package let text: String
    private let terms: [HostTerm]

    /// Reads a pattern.
    package init(parsing text: String) throws(HostPatternError) {
        try self.init(HostPattern.pieces(of: text), text)
    }

    /// Reads a pattern in which `@file` stands for the patterns that a file has, one a line; `#` begins a comment.
    package init(reading text: String) throws(HostPatternError) {
        var pieces: [String] = []
        for piece in HostPattern.pieces(of: text) {
            guard piece.hasPrefix("@") else {
                pieces.append(piece)
                continue
            }
            for line in try HostPattern.lines(ofFile: String(piece.dropFirst()), in: text) {
                pieces += HostPattern.pieces(of: line)
            }
        }
        try self.init(pieces, text)
    }

    private init(_ pieces: [String], _ text: String) throws(HostPatternError) {
        self.text = text
        var terms: [HostTerm] = []
        for piece in pieces { terms.append(try HostTerm(parsing: piece, in: text)) }
        guard !terms.isEmpty else {
            throw HostPatternError(.empty, pattern: text, "names no host", hint: "'all' stands for every host")
        }
        self.terms = terms
    }

    /// The hosts that the pattern chooses, in order of the inventory; at least one.
    ///
    /// - Throws: `HostPatternError` when a part of it names nothing that exists, or when nothing is left.
    package func hosts(in inventory: Inventory) throws(HostPatternError) -> [InventoryHost] {
        var chosen: Set<Int> = []
        let sums = terms.filter { $0.role == .sum }
        if sums.isEmpty { chosen = Set(inventory.hosts.indices) }
        for term in sums { chosen.formUnion(try term.matches(in: inventory, of: text)) }
        for term in terms where term.role == .intersection {
            chosen.formIntersection(try term.matches(in: inventory, of: text))
        }
        for term in terms where term.role == .exclusion {
            chosen.subtract(try term.matches(in: inventory, of: text))
        }
        guard !chosen.isEmpty else {
            let hint = "lockstep inventory --graph shows the groups and their hosts"
            throw HostPatternError(.noHost, pattern: text, "leaves no host", hint: hint)
        }
        return chosen.sorted().map { inventory.hosts[$0] }
    }

    /// The lines of a file of patterns that are no comments.
    private static func lines(ofFile path: String, in text: String) throws(HostPatternError) -> [String] {
        guard let data = FileManager.default.contents(atPath: path),
            let content = String(validating: data, as: UTF8.self)
        else {
            let hint = "is the path right, and is it a text that you may read?"
            throw HostPatternError(
                .unreadable,
                pattern: text,
                "names the file \(quoted(path)), which cannot be read",
                hint: hint
            )
        }
        return content.split(whereSeparator: \.isNewline).map { String(trimmedOfBlanks($0)) }.filter {
            !$0.hasPrefix("#")
        }
    }

    /// The parts between commas and colons; colons in brackets and in IPv6 addresses separate nothing.
    private static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: true) {
            let part = String(trimmedOfBlanks(part))
            let address = part.drop { $0 == "!" || $0 == "&" }
            if IPv6Address(String(address)) != nil {
                pieces.append(part)
                continue
            }
            var piece = ""
            var isInBrackets = false
            for scalar in part.unicodeScalars {
                if scalar == "[" { isInBrackets = true }
                if scalar == "]" { isInBrackets = false }
                if scalar == ":", !isInBrackets {
                    pieces.append(piece)
                    piece = ""
                } else {
                    piece.unicodeScalars.append(scalar)
                }
            }
            pieces.append(piece)
        }
        return pieces.map { String(trimmedOfBlanks($0[...])) }.filter { !$0.isEmpty }
    }

    private static func trimmedOfBlanks(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
