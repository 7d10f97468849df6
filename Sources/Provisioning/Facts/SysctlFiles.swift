/// What a host's files in `sysctl.d` say of one kernel setting, in the order in which they are read when it starts.
///
/// sysctl.d(5): files are read by name, wherever they are; of those with one name the first directory's counts; the last
/// word wins, but a pattern gives way to a name. `/etc/sysctl.conf` is read last, where systemd does not do the reading.
struct SysctlFiles: Sendable, Hashable {
    /// A value that a file gives the setting.
    struct Assignment: Sendable, Hashable {
        /// The file.
        var file: String
        /// The line's number in it.
        var line: Int
        /// The value.
        var value: Int
        /// Whether the line is for a pattern that the name fits.
        var isPattern: Bool
    }

    private var assignments: [Assignment] = []
    private var isExcluded = false

    /// Reads the lines of `Shell/sysctl.sh`, of which others may be about other settings.
    init(_ lines: some Sequence<Substring>, of name: String) {
        var order: [String: String] = [:]
        var found: [String: [Assignment]] = [:]
        var files: [String] = []
        let path = name.split(separator: ".").joined(separator: "/")
        for line in lines {
            if line.hasPrefix("file /") {
                let file = String(line.dropFirst("file ".count))
                // The name decides, and its first directory.
                let base = file == Self.last ? "" : file.split(separator: "/").last.map(String.init) ?? file
                if order[base] == nil {
                    order[base] = file
                    files.append(file)
                }
                continue
            }
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, let number = Int(parts[1]) else { continue }
            let setting = parts[2].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            var key = String(setting[0]).trimmed
            let hasDash = key.hasPrefix("-")
            if hasDash { key = String(key.dropFirst()).trimmed }
            key = Self.path(of: key)
            if setting.count == 1 {
                if hasDash, key == path { isExcluded = true }
                continue
            }
            let isPattern = key != path
            guard !isPattern || Self.fits(path.split(separator: "/"), key.split(separator: "/")),
                let value = Int(String(setting[1]).trimmed)
            else { continue }
            let file = String(parts[0])
            found[file, default: []].append(
                Assignment(file: file, line: number, value: value, isPattern: isPattern)
            )
        }
        assignments = files.sorted(by: Self.isReadBefore).flatMap { found[$0] ?? [] }
    }

    /// What the setting would be after a restart of the host; none where no file says it.
    var afterRestart: Assignment? {
        assignments.last { !$0.isPattern } ?? (isExcluded ? nil : assignments.last)
    }

    /// The files with another line, and without what some files say.
    func adding(_ value: Int, in file: String, without gone: [String]) -> SysctlFiles {
        var files = self
        files.assignments.removeAll { gone.contains($0.file) || $0.file == file }
        files.assignments.append(Assignment(file: file, line: 1, value: value, isPattern: false))
        // A stable order: lines of one file keep theirs.
        let order = files.assignments.enumerated().sorted { one, other in
            if one.element.file == other.element.file { return one.offset < other.offset }
            return Self.isReadBefore(one.element.file, other.element.file)
        }
        files.assignments = order.map(\.element)
        return files
    }

    private static let last = "/etc/sysctl.conf"

    private static func isReadBefore(_ one: String, _ other: String) -> Bool {
        if one == last || other == last { return other == last && one != last }
        let bases = [one, other].map { Array(($0.split(separator: "/").last ?? "").utf8) }
        return bases[0].lexicographicallyPrecedes(bases[1])
    }

    /// The path below /proc/sys of a key, in which the first of `.` and `/` says which of them stands between its parts.
    private static func path(of key: String) -> String {
        guard key.first(where: { $0 == "." || $0 == "/" }) == "." else { return key }
        return String(key.map { $0 == "." ? "/" : $0 == "/" ? "." : $0 })
    }

    /// Whether a path fits a pattern, part by part.
    private static func fits(_ path: [Substring], _ pattern: [Substring]) -> Bool {
        path.count == pattern.count && zip(path, pattern).allSatisfy { fits($0.utf8, $1.utf8) }
    }

    private static func fits(_ text: Substring.UTF8View, _ pattern: Substring.UTF8View) -> Bool {
        guard let sign = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        switch sign {
        case UInt8(ascii: "*"): return fits(text, rest) || (!text.isEmpty && fits(text.dropFirst(), pattern))
        case UInt8(ascii: "?"): return !text.isEmpty && fits(text.dropFirst(), rest)
        default: return text.first == sign && fits(text.dropFirst(), rest)
        }
    }
}
