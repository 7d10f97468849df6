import SystemPackage

extension Lab {
    /// Makes what the plan has and the machine has not; all or nothing. Returns the names of the hosts it brought up.
    func bringUp(_ plan: Plan) async throws(LabError) -> [String] {
        do {
            return try await brought(plan)
        } catch {
            let reason = error.code == .cancelled ? "interrupted" : error.message
            report(.takingBack(reason: reason))
            let left = await Self.uninterrupted { () -> LabError? in
                do {
                    try await takeBack(plan)
                    return nil
                } catch {
                    return error as? LabError
                }
            }
            if let left { report(.warning("not everything could be removed: \(left.message); try `lab down`")) }
            throw error
        }
    }

    private func takeBack(_ plan: Plan) async throws {
        guard let before = plan.before else {
            return try await removeAll(of: plan.state, engine: plan.engine)
        }
        let known = Set(before.hosts.map(\.name))
        let fresh = plan.state.hosts.map(\.name).filter { !known.contains($0) }
        _ = try await plan.engine.remove(fresh.map(plan.state.containerName)).run()
        for name in fresh { try forget(name) }
        try directory.save(before)
    }

    private func brought(_ plan: Plan) async throws(LabError) -> [String] {
        var state = plan.state
        let engine = plan.engine
        // Written down before anything is made: whatever happens next, `down` knows where to look.
        try directory.save(state)
        try LocalFile.makeFolder(directory.hosts, permissions: 0o700)
        try raiseInotifyLimit(hosts: state.hosts.count)
        if plan.before == nil {
            try await makeKey(id: state.id)
            try await makeNetwork(state, engine: engine)
        }
        let waiting = try await waiting(state, engine: engine)
        let settled = state
        let outcomes = await Self.concurrently(waiting.map(\.host), width: 6) { host -> Result<Void, LabError> in
            let isStart = waiting.contains { $0.host == host && $0.container != nil }
            do {
                if !isStart { try await makeContainer(host, of: settled, engine: engine) }
                try await boot(host, of: settled, engine: engine)
                return .success(())
            } catch {
                return .failure((error as? LabError) ?? LabError(.toolFailed, "\(host.name): \(error)"))
            }
        }
        // One that failed by itself says more than those that were interrupted because of it.
        let failures = outcomes.compactMap { outcome -> LabError? in
            if case .failure(let error) = outcome { error } else { nil }
        }
        if let failure = failures.first(where: { $0.code != .cancelled }) ?? failures.first { throw failure }
        if Task.isCancelled { throw LabError(.cancelled, "the lab was interrupted") }
        for index in state.hosts.indices { state.hosts[index].wasUp = true }
        try writeFiles(&state, before: plan.before)
        try directory.save(state)
        return waiting.map(\.host.name)
    }

    /// The hosts that have to be made, without a container, and those that only have to be started.
    private func waiting(
        _ state: LabState,
        engine: ContainerEngine
    ) async throws(LabError) -> [(host: LabState.Host, container: String?)] {
        let containers = try await self.containers(ofLab: state.id, engine: engine)
        var waiting: [(host: LabState.Host, container: String?)] = []
        for host in state.hosts {
            let id = try directory.recordedContainer(of: host.name)
            if let id, let isRunning = containers[id], host.wasUp {
                if !isRunning { waiting.append((host, id)) }
            } else {
                waiting.append((host, nil))
            }
        }
        return waiting
    }

    private func makeContainer(
        _ host: LabState.Host,
        of state: LabState,
        engine: ContainerEngine
    ) async throws(LabError) {
        report(.host(host.name, .creating))
        // A run that was killed may have left one of this name, with or without its id.
        _ = try await engine.remove([state.containerName(of: host.name)]).run()
        try forget(host.name)
        let idFile = directory.containerID(of: host.name).string
        _ = try await engine.createHost(host, of: state, idFile: idFile).check("making the container of \(host.name)")
    }

    /// Forgets what was recorded of a host.
    func forget(_ host: String) throws(LabError) {
        try LocalFile.remove(directory.containerID(of: host))
        try LocalFile.remove(directory.knownHosts(of: host))
    }

    private func makeKey(id: String) async throws(LabError) {
        try LocalFile.remove(directory.privateKey)
        try LocalFile.remove(directory.publicKey)
        _ = try await LocalCommand(
            program: "ssh-keygen",
            arguments: ["-q", "-t", "ed25519", "-N", "", "-C", "lockstep-lab-\(id)", "-f", directory.privateKey.string]
        ).check("making the lab's key")
    }

    private func writeFiles(_ state: inout LabState, before: LabState?) throws(LabError) {
        var lines = ""
        for host in state.hosts { lines += try LocalFile.textIfThere(directory.knownHosts(of: host.name)) ?? "" }
        try LocalFile.write(lines, to: directory.knownHosts)
        report(.wrote(directory.knownHosts))

        let path = FilePath(state.inventory)
        let inventory = LabInventory(
            id: state.id,
            hosts: state.hosts,
            privateKey: directory.privateKey.string,
            knownHosts: directory.knownHosts.string,
            path: state.inventory
        )
        let present = try LocalFile.textIfThere(path)
        state.madeFolders += try LocalFile.makeFolder(path.removingLastComponent()).map(\.string)
        let text = present.map { LabInventory.adding(Array(state.hosts.dropFirst()), to: $0) } ?? inventory.text
        guard text != present else { return }
        // The path of the key is in it, not the key: others may read it.
        try LocalFile.write(text, to: path, permissions: [.ownerReadWrite, .groupRead, .otherRead])
        report(.wrote(path))
    }

    private func raiseInotifyLimit(hosts: Int) throws(LabError) {
        let path = FilePath(InotifyBudget.path)
        guard let present = try LocalFile.textIfThere(path).flatMap({ Int($0.trimmed) }),
            let wanted = InotifyBudget.raise(from: present, forHosts: hosts)
        else { return }
        do {
            let file = try FileDescriptor.open(path, .writeOnly, options: .closeOnExec)
            try file.closeAfter { _ = try file.writeAll("\(wanted)\n".utf8) }
            report(.warning("fs.inotify.max_user_instances raised from \(present) to \(wanted) until the next boot"))
        } catch {
            report(
                .warning(
                    "fs.inotify.max_user_instances is \(present), \(hosts) hosts need about \(wanted): some may not boot "
                        + "(raising it failed: \(error))"
                )
            )
        }
    }
}
