import SystemPackage

extension Lab {
    /// Takes the lab down: its containers, its network and its files, and nothing else.
    ///
    /// - Parameter purge: whether the cached base images go as well.
    /// - Returns: whether there was a lab.
    @discardableResult
    package func down(purge: Bool = false) async throws(LabError) -> Bool {
        let limits = try Self.requireRoot()
        var wasUp = false
        var engine: ContainerEngine?
        if LocalFile.exists(directory.path) {
            (wasUp, engine) = try await LabLock.holding(directory) { () async throws(LabError) in
                guard let state = try directory.loadState() else { return (false, nil) }
                let engine = try await self.engine(of: state)
                try await removeAll(of: state, engine: engine)
                return (true, engine)
            }
            LocalFile.removeIfEmpty(directory.path)
        }
        if purge {
            if engine == nil { engine = try await EngineSearch(limits: limits).find(.auto) }
            if let engine { try await removeImages(engine) }
        }
        return wasUp
    }

    /// Removes all that a lab's state speaks of; may be run again after it failed.
    func removeAll(of state: LabState, engine: ContainerEngine) async throws(LabError) {
        // The label carries this lab's random id, so that even a container is found whose making was killed in the
        // moment before its id was recorded.
        let containers = try await self.containers(ofLab: state.id, engine: engine).keys.sorted()
        if !containers.isEmpty {
            _ = try await engine.remove(containers).check(
                "removing the lab's containers",
                hint: "run lab down again"
            )
            report(.removed("\(containers.count) containers"))
        }
        let networks = try await engine.networkNames().check("listing the engine's networks").output
        if networks.split(whereSeparator: \.isNewline).contains(where: { $0.trimmed == state.network }) {
            _ = try await engine.removeNetwork(state.network).check("removing the network \(state.network)")
            report(.removed("network \(state.network)"))
        }
        let inventory = FilePath(state.inventory)
        if let text = try LocalFile.textIfThere(inventory) {
            if LabInventory.isOurs(text, id: state.id) {
                try LocalFile.remove(inventory)
                report(.removed("\(inventory)"))
            } else {
                report(.warning("\(inventory) is not this lab's any more: left alone"))
            }
        }
        for folder in state.madeFolders.reversed() { LocalFile.removeIfEmpty(FilePath(folder)) }
        let files = [directory.hosts, directory.privateKey, directory.publicKey, directory.knownHosts]
        for file in files { try LocalFile.remove(file) }
        try LocalFile.remove(directory.path.appending("work"))
        // Last: as long as this file is there, all the others can be found again.
        try LocalFile.remove(directory.state)
    }

    private func removeImages(_ engine: ContainerEngine) async throws(LabError) {
        let names = try await engine.imageNames().check("listing the cached images").output
            .split(whereSeparator: \.isNewline).map(\.trimmed).filter(ContainerEngine.isCached)
        guard !names.isEmpty else { return }
        _ = try await engine.removeImages(names).check("removing the cached images")
        for name in names { report(.removed("image \(name)")) }
    }
}
