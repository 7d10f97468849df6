import RemoteHost

/// What systemd, or what is in its place, says of a service, and whether it runs what stands on the disk.
package struct ServiceState: Sendable, Hashable {
    /// systemd's properties of the unit by name.
    package var properties: [String: String]
    /// Checksums that the unit wrote down when it started, by path.
    package var running: [String: String]
    /// Checksums of the files now, by path.
    package var onDisk: [String: String]

    /// Makes a state.
    package init(properties: [String: String], running: [String: String] = [:], onDisk: [String: String] = [:]) {
        (self.properties, self.running, self.onDisk) = (properties, running, onDisk)
    }

    /// The facts that it is made of.
    ///
    /// - Parameters:
    ///   - unit: the unit's full name.
    ///   - manager: what starts the host's services.
    ///   - record: the file in which the unit writes, as `sha256sum` prints it, what it is about to run; if any.
    ///   - files: the files that count.
    package static func facts(
        unit: String,
        manager: ServiceManager = .systemd,
        record: String?,
        files: [String]
    ) -> FactSet {
        var facts = FactSet(ServiceFact(unit, manager: manager))
        guard let record else { return facts }
        facts.insert(TextFileFact(record))
        for file in files { facts.insert(FileFact(file, .checksum)) }
        return facts
    }

    /// Takes the facts out of what a host has answered; the parameters are those of `facts`.
    package init(
        _ facts: Facts,
        unit: String,
        manager: ServiceManager = .systemd,
        record: String?,
        files: [String]
    ) throws(PlanError) {
        self.init(properties: try facts.value(of: ServiceFact(unit, manager: manager)))
        guard let record else { return }
        running = Self.checksums(try facts.value(of: TextFileFact(record)))
        for file in files {
            if case .file(_, let sum, _) = try facts.value(of: FileFact(file, .checksum)) { onDisk[file] = sum }
        }
    }

    private static func checksums(_ lines: [String]) -> [String: String] {
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
