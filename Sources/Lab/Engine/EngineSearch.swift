/// Finds an engine that works on this machine, and what it has to be told here.
struct EngineSearch: Sendable {
    /// This process' rights and limits.
    var limits: MachineLimits

    /// The first of the wished engines that answers.
    func find(_ choice: LabRequest.EngineChoice) async throws(LabError) -> ContainerEngine {
        let kinds: [EngineKind] =
            switch choice {
            case .auto: [.podman, .docker]
            case .podman: [.podman]
            case .docker: [.docker]
            }
        var complaints: [String] = []
        var installed = false
        for kind in kinds {
            do {
                return try await probe(kind)
            } catch  where error.code == .missingTool {
                complaints.append(error.message)
            } catch  where error.code == .cancelled {
                throw error
            } catch {
                installed = true
                complaints.append(error.message)
            }
        }
        let wanted = kinds.map { "apt-get install --no-install-recommends \($0.packages)" }.joined(separator: ", or ")
        let hint =
            installed
            ? "make the engine answer first, or install the other one: \(wanted)"
            : wanted
        throw LabError(.noEngine, "no container engine answers here: \(complaints.joined(separator: "; "))", hint: hint)
    }

    private func probe(_ kind: EngineKind) async throws(LabError) -> ContainerEngine {
        let command = LocalCommand(program: kind.program, arguments: Self.infoArguments(kind), deadline: .seconds(20))
        let answer = try await command.check("asking \(kind.program)", code: .noEngine)
        var engine = try Self.engine(kind, info: answer.output, limits: limits.containerLimits)
        if engine.runtime != nil { try await requireRunc(engine) }
        // Docker's daemon has its own rights; this process' limits say nothing about those.
        if kind == .docker { engine.limits = nil }
        return engine
    }

    private func requireRunc(_ engine: ContainerEngine) async throws(LabError) {
        do {
            _ = try await LocalCommand(program: "runc", arguments: ["--version"]).check("asking runc", code: .noEngine)
        } catch  where error.code == .missingTool {
            throw LabError(
                .noEngine,
                "\(engine.kind.program) would use \(engine.defaultRuntime), which refuses this machine's cgroups "
                    + "(version 1 or hybrid), and runc is not installed"
            )
        }
    }

    /// The question whose answer `engine(_:info:limits:)` reads: version, runtime and cgroup version.
    static func infoArguments(_ kind: EngineKind) -> [String] {
        let format =
            switch kind {
            case .podman: "{{.Version.Version}} {{.Host.OCIRuntime.Name}} {{.Host.CgroupsVersion}}"
            case .docker: "{{.ServerVersion}} {{.DefaultRuntime}} {{.CgroupVersion}}"
            }
        return ["info", "--format", format]
    }

    /// The engine that an answer describes.
    static func engine(_ kind: EngineKind, info: String, limits: ContainerLimits?) throws(LabError) -> ContainerEngine {
        let words = info.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 3 else {
            throw LabError(.noEngine, "\(kind.program) info answered '\(info.trimmed)'")
        }
        // crun refuses hybrid cgroups; with version 2 whatever the engine has is fine.
        let needsRunc = kind == .podman && words[1] != "runc" && words[2] != "v2"
        return ContainerEngine(
            kind: kind,
            version: words[0],
            defaultRuntime: words[1],
            runtime: needsRunc ? "runc" : nil,
            limits: limits
        )
    }
}
