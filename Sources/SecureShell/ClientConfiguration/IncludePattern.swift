/// The path of an `Include`, with the wildcards of a shell: `*`, `?` and `[a-z]`.
struct IncludePattern: Sendable, Hashable {
    private let path: String

    /// Takes an absolute path.
    init(_ path: String) {
        self.path = path
    }

    /// The files that fit, in the order of their bytes.
    func paths(in source: ConfigurationSource) -> [String] {
        let parts = path.split(separator: "/").map(String.init)
        var found = [""]
        for part in parts {
            guard part.utf8.contains(where: { "*?[".utf8.contains($0) }) else {
                found = found.map { "\($0)/\(part)" }
                continue
            }
            found = found.flatMap { folder in
                source.names(folder.isEmpty ? "/" : folder)
                    .filter { Self.matches(Array(part.utf8)[...], Array($0.utf8)[...]) && fits($0, part) }
                    .map { "\(folder)/\($0)" }
            }
            if found.isEmpty { return [] }
        }
        return found.filter { source.read($0) != .absent }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Names with a dot at the start are hidden from wildcards.
    private func fits(_ name: String, _ pattern: String) -> Bool {
        !name.hasPrefix(".") || pattern.hasPrefix(".")
    }

    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var (pattern, name) = (pattern, name)
        // Only the last star needs another try.
        var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                retry = (pattern, name)
                continue
            }
            if let byte = name.first, let rest = one(pattern, byte) {
                pattern = rest
                name = name.dropFirst()
                continue
            }
            if name.isEmpty, pattern.isEmpty { return true }
            guard let (lastPattern, lastName) = retry, !lastName.isEmpty else { return false }
            pattern = lastPattern
            name = lastName.dropFirst()
            retry = (lastPattern, name)
        }
    }

    /// What is left of a pattern when its first element fits a byte; none when it does not fit.
    private static func one(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> ArraySlice<UInt8>? {
        guard let first = pattern.first else { return nil }
        switch first {
        case UInt8(ascii: "?"): return pattern.dropFirst()
        case UInt8(ascii: "["):
            guard let (fits, rest) = bracket(pattern.dropFirst(), byte) else { fallthrough }
            return fits ? rest : nil
        default: return first == byte ? pattern.dropFirst() : nil
        }
    }

    /// Whether a byte is in a bracket expression, and what follows that; none when the bracket has no end.
    private static func bracket(
        _ pattern: ArraySlice<UInt8>,
        _ byte: UInt8
    ) -> (fits: Bool, rest: ArraySlice<UInt8>)? {
        var rest = pattern
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isNegated { rest = rest.dropFirst() }
        var fits = false
        var isFirst = true
        while let low = rest.popFirst() {
            if low == UInt8(ascii: "]"), !isFirst { return (fits != isNegated, rest) }
            isFirst = false
            if rest.first == UInt8(ascii: "-"), let high = rest.dropFirst().first, high != UInt8(ascii: "]") {
                rest = rest.dropFirst(2)
                if low <= byte, byte <= high { fits = true }
            } else if low == byte {
                fits = true
            }
        }
        return nil
    }
}
