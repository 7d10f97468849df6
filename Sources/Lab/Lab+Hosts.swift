import SystemPackage

extension Lab {
    /// Shuts a host down as a machine is; its files and keys stay.
    package func stop(_ host: String) async throws(LabError) {
        try await withHost(host) { (found, id, _, engine) async throws(LabError) in
            _ = try await engine.stop(id).check("stopping \(found.name)")
            report(.host(found.name, .stopped))
        }
    }

    /// Boots a host that was stopped, and waits until it lets the lab's key in.
    package func start(_ host: String) async throws(LabError) {
        try await withHost(host) { (found, _, state, engine) async throws(LabError) in
            try await boot(found, of: state, engine: engine)
        }
    }

    private func withHost(
        _ name: String,
        _ body: (LabState.Host, String, LabState, ContainerEngine) async throws(LabError) -> Void
    ) async throws(LabError) {
        _ = try Self.requireRoot()
        guard LocalFile.exists(directory.path) else { throw noLab }
        try await LabLock.holding(directory) { () async throws(LabError) in
            guard let state = try directory.loadState() else { throw noLab }
            guard let host = state.hosts.first(where: { $0.name == name }),
                let id = try directory.recordedContainer(of: name)
            else {
                let names = state.hosts.map(\.name).joined(separator: ", ")
                throw LabError(.notFound, "the lab has no host '\(name)'", hint: "its hosts are \(names)")
            }
            try await body(host, id, state, try await engine(of: state))
        }
    }

    private var noLab: LabError {
        LabError(.notFound, "there is no lab in \(directory.path)", hint: "make one: lab up")
    }

    /// Starts a host's container and follows it until its boot is complete and its sshd lets the lab's key in.
    func boot(_ host: LabState.Host, of state: LabState, engine: ContainerEngine) async throws(LabError) {
        let begin = ContinuousClock.now
        report(.host(host.name, .booting))
        guard let id = try directory.recordedContainer(of: host.name) else {
            throw LabError(.hostNotReady, "the container of \(host.name) is gone", hint: "lab down, then lab up")
        }
        _ = try await engine.start(id).check("starting \(host.name)")
        let key = try LocalFile.textIfThere(directory.publicKey)?.trimmed ?? ""
        let script = HostBoot.script(authorizedKey: key, outside: state.outside)
        // Many hosts share this machine's processors while they boot.
        let patience = Duration.seconds(60 + 3 * state.hosts.count)
        let answer: LocalResult
        do {
            answer = try await engine.script(script, in: id, deadline: patience).check("asking \(host.name)")
        } catch  where error.code != .cancelled {
            let log = try await engine.command(["logs", "--tail", "5", id]).run()
            throw LabError(
                .hostNotReady,
                "\(host.name) did not boot: \(error.message)\n\(log.output)\(log.error)",
                hint: "its image must boot systemd in a container"
            )
        }
        let told = HostBoot(answer: answer.output)
        if !told.failedUnits.isEmpty {
            report(.warning("\(host.name) is \(told.state): failed units \(told.failedUnits.joined(separator: ", "))"))
        }
        guard !told.hostKeys.isEmpty else {
            throw LabError(.hostNotReady, "\(host.name) booted (\(told.state)), but has no ssh host keys")
        }
        let knownHosts = directory.knownHosts(of: host.name)
        try LocalFile.write(told.knownHostsLines(name: host.name, address: host.address), to: knownHosts)
        let login = LoginCheck(address: host.address, privateKey: directory.privateKey, knownHosts: knownHosts)
        try await firstLogin(login, to: host.name)
        report(.host(host.name, .ready(took: ContinuousClock.now - begin)))
    }

    /// Logs in until it works: where sshd is not part of what the boot waits for, it may come a moment later.
    private func firstLogin(_ login: LoginCheck, to host: String) async throws(LabError) {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            let result = try await login.command(deadline: .seconds(20)).run()
            if result.succeeded { return }
            guard ContinuousClock.now < end else {
                throw LabError(.hostNotReady, "\(host) booted, but the login does not work: \(result.complaint)")
            }
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                throw LabError(.cancelled, "the login to \(host) was interrupted")
            }
        }
    }
}
