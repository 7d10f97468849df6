/// The rights and limits that this process would hand on to a container's first process.
struct MachineLimits: Sendable, Hashable {
    /// Whether a process may raise its limits above the hard ones (CAP_SYS_RESOURCE).
    var mayRaise: Bool
    /// The hard limit of open files; nil for unlimited.
    var openFiles: Int?
    /// The hard limit of processes; nil for unlimited.
    var processes: Int?
    /// The effective user id.
    var user: Int

    /// Reads the texts of `/proc/self/status` and `/proc/self/limits`.
    init(status: String, limits: String) {
        var fields: [Substring: Substring] = [:]
        for line in status.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
        let effective = fields["CapEff"].flatMap { UInt64($0.trimmed, radix: 16) } ?? 0
        mayRaise = effective & (1 << 24) != 0
        let users = fields["Uid"]?.split(whereSeparator: \.isWhitespace) ?? []
        user = users.count > 1 ? Int(users[1]) ?? -1 : -1
        openFiles = Self.hardLimit("Max open files", in: limits)
        processes = Self.hardLimit("Max processes", in: limits)
    }

    /// The limits to give to containers, where the engine's own wishes cannot be had.
    ///
    /// Engines set 1048576 unless told otherwise; without CAP_SYS_RESOURCE the runtime then dies on anything above the
    /// present hard limits. Podman's monitor lowers the number of processes to 32768 on the way.
    var containerLimits: ContainerLimits? {
        mayRaise
            ? nil : ContainerLimits(openFiles: min(openFiles ?? 65536, 65536), processes: min(processes ?? 4096, 4096))
    }

    private static func hardLimit(_ name: String, in text: String) -> Int? {
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix(name) {
            let columns = line.dropFirst(name.count).split(whereSeparator: \.isWhitespace)
            return columns.count > 1 ? Int(columns[1]) : nil
        }
        return nil
    }
}

/// The limits that containers get where the engine's defaults do not work.
struct ContainerLimits: Sendable, Hashable {
    /// Open files of one process.
    var openFiles: Int
    /// Processes of one user.
    var processes: Int
}
