/// rsync's patterns of a copy, asked which paths on the receiving host they certainly leave alone.
///
/// What an exclude pattern matches is neither replaced nor deleted there, with all that is below it. Where it is not certain
/// that a pattern matches, or that no include pattern comes first, the answer is no.
package struct RsyncFilter: Sendable, Hashable {
    private let excludes: [String]
    private let includes: [String]

    /// Takes the patterns; each include pattern comes before all exclude patterns.
    package init(excludes: [String], includes: [String]) {
        self.excludes = excludes
        self.includes = includes
    }

    /// Whether a path below the target is certainly left alone.
    ///
    /// - Parameter path: its names, from the target down.
    package func certainlyKeeps(_ path: [String]) -> Bool {
        path.indices.contains { last in
            let path = path[...last]
            return excludes.contains { Self.match($0, path) == true }
                && includes.allSatisfy { Self.match($0, path) == false }
        }
    }

    /// Whether a pattern matches a path; none where that is not certain.
    private static func match(_ pattern: String, _ path: ArraySlice<String>) -> Bool? {
        let bytes = Array(pattern.utf8)
        // Choices, escapes and stars over several names are left to rsync.
        if bytes.contains(UInt8(ascii: "[")) || bytes.contains(UInt8(ascii: "\\")) || pattern.contains("**") {
            return nil
        }
        let names = bytes.split(separator: UInt8(ascii: "/"))
        let isAnchored = bytes.first == UInt8(ascii: "/")
        guard isAnchored ? names.count == path.count : names.count <= path.count, !names.isEmpty else { return false }
        let fits = zip(names, path.suffix(names.count)).allSatisfy { matches($0, Array($1.utf8)[...]) }
        // With a slash at its end it matches directories, and the path may be a link to one.
        return fits && bytes.last == UInt8(ascii: "/") ? nil : fits
    }

    /// Whether a name fits, in which `*` and `?` stand for others.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == UInt8(ascii: "*") {
            return (name.startIndex...name.endIndex).contains { matches(pattern.dropFirst(), name[$0...]) }
        }
        guard let letter = name.first, first == UInt8(ascii: "?") || first == letter else { return false }
        return matches(pattern.dropFirst(), name.dropFirst())
    }
}
