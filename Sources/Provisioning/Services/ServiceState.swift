import RemoteHost

/// What systemd, or what is in its place, says of a service, and whether it runs what stands on the disk.
package struct ServiceState: Sendable, Hashable {
    /// systemd's properties of the unit by name.
    package var properties: [String: String]
    /// Checksums that the unit wrote down when it started, by path.
    package var running: [String: String]
    /// Checksums of the files now, by path.
    package var onDisk: [String: String]

    /// A snippet that asks and compares.
    ///
    /// - Parameters:
    ///   - unit: the unit's full name.
    ///   - manager: what starts the host's services.
    ///   - record: the file in which the unit writes, as `sha256sum` prints it, what it is about to run; if any.
    ///   - files: the files that count.
    package static func probe(
        unit: String,
        manager: ServiceManager = .systemd,
        record: String?,
        files: [String]
    ) -> String {
        let ask = ManagedService(unit: unit, manager: manager).properties
        guard let record else { return ask }
        return """
            {
            \(ask)
            } || exit
            echo running
            [ ! -e \(shellQuoted(record)) ] || cat \(shellQuoted(record))
            echo disk
            sha256sum -- \(files.map(shellQuoted).joined(separator: " "))
            :
            """
    }

    /// Reads what the snippet printed.
    package init(_ output: ProbeOutput) throws(PlanError) {
        let parts = output.lines.split(separator: "running", maxSplits: 1)
        var properties: [String: String] = [:]
        for line in parts.first ?? [] {
            let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { properties[String(pair[0])] = String(pair[1]) }
        }
        guard properties["LoadState"] != nil else {
            throw PlanError(
                "what starts the services of this host does not answer\(output.reason)",
                hint: "log in there and look whether it runs"
            )
        }
        self.properties = properties
        let records = (parts.count > 1 ? Array(parts[1]) : []).split(
            separator: "disk",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        running = Self.checksums(records.first ?? [])
        onDisk = Self.checksums(records.count > 1 ? records[1] : [])
    }

    private static func checksums(_ lines: some Sequence<Substring>) -> [String: String] {
        var checksums: [String: String] = [:]
        for line in lines {
            let fields = line.split(separator: " ", maxSplits: 1)
            if fields.count == 2 { checksums[String(fields[1].drop { $0 == " " || $0 == "*" })] = String(fields[0]) }
        }
        return checksums
    }

    /// Whether it runs.
    package var isRunning: Bool { properties["ActiveState"] == "active" && properties["SubState"] != "exited" }

    /// Whether it starts with the host.
    package var isEnabled: Bool { ["enabled", "static", "generated"].contains(properties["UnitFileState"] ?? "") }

    /// Files that it runs in another state than they have, or will have once `pendingWrites` are made; one that it does
    /// not run and that is not there is as it should be.
    package func outdated(files: [String], pendingWrites: Set<String>) -> [String] {
        files.filter { pendingWrites.contains($0) || running.isEmpty || running[$0] != onDisk[$0] }
    }
}
