import FoundationEssentials
import SystemPackage

extension Lab {
    /// Makes the lab that is wanted, or adds the slaves that one already up is missing.
    ///
    /// Hosts that are there are left alone, stopped ones are started. When anything fails, or the task is cancelled,
    /// what this call had made is removed before it throws.
    package func up(_ request: LabRequest) async throws(LabError) -> LabReport {
        let begin = ContinuousClock.now
        let limits = try Self.requireRoot()
        let request = try checked(request)
        try LocalFile.makeFolder(directory.path, permissions: 0o700)
        do {
            return try await LabLock.holding(directory) { () async throws(LabError) in
                let plan = try await prepared(request, limits: limits)
                let brought = try await bringUp(plan)
                return try report(plan.state, brought: brought, took: ContinuousClock.now - begin)
            }
        } catch {
            LocalFile.removeIfEmpty(directory.path)
            throw error
        }
    }

    /// A lab as it shall be, and as it was before this call.
    struct Plan: Sendable {
        /// The lab with all its hosts.
        var state: LabState
        /// The lab before; nil for a new one.
        var before: LabState?
        /// The engine that runs it.
        var engine: ContainerEngine
    }

    private func checked(_ request: LabRequest) throws(LabError) -> LabRequest {
        guard (1...LabRequest.mostSlaves).contains(request.slaves) else {
            throw LabError(.invalidRequest, "a lab has 1 to \(LabRequest.mostSlaves) slaves, not \(request.slaves)")
        }
        var request = request
        let here = FilePath(FileManager.default.currentDirectoryPath)
        request.inventory = here.pushing(request.inventory).lexicallyNormalized()
        // Both paths are written into files and options of several dialects; none of them quotes alike.
        for path in [request.inventory, directory.path] {
            let isPlain = path.string.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x20 && scalar.value != 0x7f && !"\"'#%$\\,;".unicodeScalars.contains(scalar)
            }
            guard path.isAbsolute, isPlain else {
                throw LabError(
                    .invalidRequest,
                    "the path '\(path)' cannot be written into an inventory",
                    hint: "choose one without white space, quotes and any of # % $ \\ , ;"
                )
            }
        }
        return request
    }

    private func prepared(_ request: LabRequest, limits: MachineLimits) async throws(LabError) -> Plan {
        if let before = try directory.loadState() {
            if before.hosts.contains(where: \.wasUp) { return try await grown(before, to: request) }
            // An earlier run was killed before its first host was up: nobody can be using that lab.
            let engine = try await self.engine(of: before)
            try await removeAll(of: before, engine: engine)
        }
        if LocalFile.exists(request.inventory) {
            throw LabError(
                .conflict,
                "\(request.inventory) is there already, and not this lab's",
                hint: "remove it, or have the lab's inventory written elsewhere"
            )
        }
        let engine = try await EngineSearch(limits: limits).find(request.engine)
        report(
            .engineChosen(
                name: engine.kind.rawValue,
                version: engine.version,
                runtime: engine.runtime ?? engine.defaultRuntime
            )
        )
        let image = try await self.image(request.image, engine: engine)
        let subnet = try await freeSubnet(engine)
        let state = LabState(
            id: String(UInt64.random(in: 1 << 31..<1 << 32), radix: 16),
            engine: engine.kind,
            requestedImage: request.image,
            image: image,
            subnet: subnet,
            inventory: request.inventory.string,
            madeFolders: [],
            outside: request.outside,
            hosts: Self.hosts(slaves: request.slaves, subnet: subnet)
        )
        return Plan(state: state, before: nil, engine: engine)
    }

    private func grown(_ before: LabState, to request: LabRequest) async throws(LabError) -> Plan {
        let wanted = "take it down first, or ask for the lab that is up"
        guard before.inventory == request.inventory.string else {
            throw LabError(.conflict, "a lab is up already, with its inventory in \(before.inventory)", hint: wanted)
        }
        guard before.requestedImage == request.image, before.outside == request.outside,
            request.engine == .auto || request.engine.rawValue == before.engine.rawValue
        else {
            let image = before.requestedImage ?? "Debian 12"
            throw LabError(
                .conflict,
                "a lab is up already, of \(image) on \(before.engine.rawValue), outside \(before.outside.rawValue)",
                hint: wanted
            )
        }
        guard request.slaves >= before.slaves else {
            throw LabError(
                .conflict,
                "the lab that is up has \(before.slaves) slaves; slaves are only ever added",
                hint: "take it down first"
            )
        }
        if let text = try LocalFile.textIfThere(request.inventory), !LabInventory.isOurs(text, id: before.id) {
            throw LabError(.conflict, "\(request.inventory) is not this lab's any more", hint: "move it away")
        }
        let engine = try await self.engine(of: before)
        var state = before
        state.hosts += Self.hosts(slaves: request.slaves, subnet: state.subnet).dropFirst(state.hosts.count)
        return Plan(state: state, before: before, engine: engine)
    }

    private func image(_ requested: String?, engine: ContainerEngine) async throws(LabError) -> String {
        let workspace = directory.path.appending("work")
        try LocalFile.remove(workspace)
        try LocalFile.makeFolder(workspace, permissions: 0o700)
        let builder = ImageBuilder(engine: engine, workspace: workspace, report: report)
        let image: Result<String, LabError>
        do {
            image = .success(try await builder.image(requested))
        } catch {
            image = .failure(error)
        }
        try LocalFile.remove(workspace)
        return try image.get()
    }

    private static func hosts(slaves: Int, subnet: Subnet) -> [LabState.Host] {
        LabState.hostNames(slaves: slaves).enumerated().map { number, name in
            LabState.Host(name: name, address: subnet.address(number + 2), wasUp: false)
        }
    }

    private func report(_ state: LabState, brought: [String], took: Duration) throws(LabError) -> LabReport {
        var hosts: [LabReport.Host] = []
        for host in state.hosts {
            let id = try directory.recordedContainer(of: host.name) ?? ""
            hosts.append(LabReport.Host(name: host.name, address: host.address, container: id))
        }
        return LabReport(
            inventory: FilePath(state.inventory),
            knownHosts: directory.knownHosts,
            privateKey: directory.privateKey,
            hosts: hosts,
            brought: brought,
            took: took
        )
    }
}
