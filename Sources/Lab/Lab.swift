import SystemPackage

/// A throw-away fleet in containers on this machine: made, looked at, and taken down to the last trace.
///
/// One value stands for one folder of state; a lab that another process made there is the same lab. Calls that change
/// it exclude each other across processes.
package struct Lab: Sendable {
    /// The lab's files.
    package let directory: LabDirectory
    let report: @Sendable (LabEvent) -> Void

    /// A lab with its files in `directory`, telling `onEvent` how far it is.
    package init(_ directory: LabDirectory, onEvent: @escaping @Sendable (LabEvent) -> Void = { _ in }) {
        self.directory = directory
        report = onEvent
    }

    /// How the lab is now; nil where there is none.
    package func status() async throws(LabError) -> LabStatus? {
        guard let state = try directory.loadState() else { return nil }
        let engine = try await self.engine(of: state)
        let containers = try await containers(ofLab: state.id, engine: engine)
        let directory = directory
        let hosts = await Self.concurrently(state.hosts) { host -> LabStatus.Host in
            let id = (try? directory.recordedContainer(of: host.name)).flatMap { containers[$0] == nil ? nil : $0 }
            let isRunning = id.flatMap { containers[$0] } ?? false
            let login = LoginCheck(
                address: host.address,
                privateKey: directory.privateKey,
                knownHosts: directory.knownHosts
            )
            let answer = isRunning ? try? await login.command(deadline: .seconds(8)).run() : nil
            return LabStatus.Host(
                name: host.name,
                address: host.address,
                container: id,
                isRunning: isRunning,
                answersSSH: answer?.succeeded ?? false
            )
        }
        return LabStatus(
            engine: state.engine.rawValue,
            network: state.network,
            subnet: state.subnet.text,
            inventory: FilePath(state.inventory),
            knownHosts: directory.knownHosts,
            privateKey: directory.privateKey,
            hosts: hosts
        )
    }
}

extension Lab {
    /// This process' rights and limits; only root can make a lab so far.
    static func requireRoot() throws(LabError) -> MachineLimits {
        let limits = MachineLimits(
            status: try LocalFile.textIfThere("/proc/self/status") ?? "",
            limits: try LocalFile.textIfThere("/proc/self/limits") ?? ""
        )
        guard limits.user == 0 else {
            throw LabError(
                .notPermitted,
                "a lab needs root: its hosts boot systemd and have addresses on a network of this machine",
                hint: "run it with sudo"
            )
        }
        return limits
    }

    /// The engine that a lab was made with.
    func engine(of state: LabState) async throws(LabError) -> ContainerEngine {
        let search = EngineSearch(limits: try Self.requireRoot())
        return try await search.find(state.engine == .podman ? .podman : .docker)
    }

    /// The containers of a lab by id, and whether each of them runs.
    func containers(ofLab id: String, engine: ContainerEngine) async throws(LabError) -> [String: Bool] {
        let list = try await engine.containers(ofLab: id).check("listing the lab's containers").output
        let ids = list.split(whereSeparator: \.isNewline).map(\.trimmed)
        guard !ids.isEmpty else { return [:] }
        let answer = try await engine.running(ids).check("looking at the lab's containers").output
        var containers: [String: Bool] = [:]
        for line in answer.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            if words.count == 2 { containers[String(words[0])] = words[1] == "true" }
        }
        return containers
    }

    /// Does the same for all elements, a few at a time, and answers in their order.
    static func concurrently<Element: Sendable, Answer: Sendable>(
        _ elements: [Element],
        width: Int = 8,
        _ body: @escaping @Sendable (Element) async -> Answer
    ) async -> [Answer] {
        await withTaskGroup(of: (Int, Answer).self) { group in
            var answers: [Int: Answer] = [:]
            for (number, element) in elements.enumerated() {
                if number >= width, let (finished, answer) = await group.next() { answers[finished] = answer }
                group.addTask { (number, await body(element)) }
            }
            for await (finished, answer) in group { answers[finished] = answer }
            return elements.indices.compactMap { answers[$0] }
        }
    }

    /// Runs a clean-up that must come to its end, also when the task that waits for it is cancelled.
    static func uninterrupted<Answer: Sendable>(_ body: @escaping @Sendable () async -> Answer) async -> Answer {
        // A child of this task would be born cancelled, and every program in it ended at once.
        await Task.detached { await body() }.value
    }
}
