/// An engine that answers, and what this machine needs it to be told; turns wishes into commands.
struct ContainerEngine: Sendable, Hashable {
    /// Which engine it is.
    var kind: EngineKind
    /// What it says its version is.
    var version: String
    /// The runtime that it uses by itself.
    var defaultRuntime: String
    /// The runtime that it has to be told; nil where its own one serves.
    var runtime: String?
    /// The limits that it has to be told; nil where its own ones can be had.
    var limits: ContainerLimits?

    /// The repository of the lab's images.
    static let repository = "localhost/lockstep-lab"
    /// The repository of the bare systems that they are built upon.
    static let bareRepository = "localhost/lockstep-lab-bare"
    /// The label that carries a lab's id.
    static let label = "lockstep.lab"

    /// A command of the engine.
    func command(_ arguments: [String], input: String = "", deadline: Duration = .seconds(60)) -> LocalCommand {
        LocalCommand(program: kind.program, arguments: arguments, input: input, deadline: deadline)
    }

    /// What every container here needs.
    private var common: [String] {
        var options: [String] = []
        if let runtime { options += ["--runtime", runtime] }
        if let limits {
            options += ["--ulimit", "nofile=\(limits.openFiles):\(limits.openFiles)"]
            options += ["--ulimit", "nproc=\(limits.processes):\(limits.processes)"]
        }
        return options
    }

    /// What systemd as process 1 needs from this engine.
    private var forSystemd: [String] {
        switch kind {
        case .podman:
            // With these three the sandboxing of the hosts' units is real; systemd leaves it out silently otherwise.
            ["--systemd=always", "--cap-add", "SYS_ADMIN,DAC_READ_SEARCH,NET_ADMIN"]
        case .docker:
            [
                "--cap-add", "SYS_ADMIN", "--cap-add", "DAC_READ_SEARCH", "--cap-add", "NET_ADMIN",
                "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
                "--cgroupns", "private", "--env", "container=docker",
                "--tmpfs", "/run", "--tmpfs", "/run/lock", "--tmpfs", "/tmp:exec",
                "--stop-signal", "SIGRTMIN+3",
            ]
        }
    }

    // MARK: Network

    /// Makes the lab's network.
    func createNetwork(_ name: String, subnet: Subnet, lab: String, mtu: Int?) -> LocalCommand {
        var arguments = ["network", "create", "--subnet", subnet.text, "--label", "\(Self.label)=\(lab)"]
        switch kind {
        case .podman:
            // Hosts are known by address; without a name server of its own the network has nothing that can break.
            arguments.append("--disable-dns")
            if let mtu { arguments += ["--opt", "mtu=\(mtu)"] }
        case .docker:
            if let mtu { arguments += ["--opt", "com.docker.network.driver.mtu=\(mtu)"] }
        }
        return command(arguments + [name])
    }

    /// Names all networks of the engine, one a line.
    func networkNames() -> LocalCommand {
        command(["network", "ls", "--format", "{{.Name}}"])
    }

    /// Tells the IPv4 ranges of these networks, one word each.
    func networkSubnets(_ names: [String]) -> LocalCommand {
        let format =
            switch kind {
            case .podman: "{{range .Subnets}}{{.Subnet}} {{end}}"
            case .docker: "{{range .IPAM.Config}}{{.Subnet}} {{end}}"
            }
        return command(["network", "inspect", "--format", format] + names)
    }

    /// Removes a network.
    func removeNetwork(_ name: String) -> LocalCommand { command(["network", "rm", name]) }

    // MARK: Hosts

    /// Makes a host's container, not started; the engine writes its id into `idFile`.
    func createHost(_ host: LabState.Host, of state: LabState, idFile: String) -> LocalCommand {
        command(
            ["create", "--name", state.containerName(of: host.name), "--hostname", host.name]
                + ["--label", "\(Self.label)=\(state.id)", "--cidfile", idFile]
                + [
                    "--network", state.network, "--ip", host.address, "--mac-address",
                    Self.hardwareAddress(host.address),
                ]
                + common + forSystemd + [state.image, "/sbin/init"]
        )
    }

    /// The hardware address that goes with an IPv4 address: a host that is restarted must keep it, or its neighbours
    /// go on talking to the old one for half a minute.
    static func hardwareAddress(_ address: String) -> String {
        let bytes = address.split(separator: ".").compactMap { UInt8($0) }
        let digits = ([0x02, 0x4c] + bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return digits.joined(separator: ":")
    }

    /// Starts a container.
    func start(_ container: String) -> LocalCommand { command(["start", container]) }

    /// Shuts a container down as a machine is; killed after half a minute.
    func stop(_ container: String) -> LocalCommand {
        command(["stop", "--time", "30", container], deadline: .seconds(90))
    }

    /// Removes containers at once, running or not, with their volumes.
    func remove(_ containers: [String]) -> LocalCommand {
        // Podman asks first and waits; docker kills at once by itself.
        let patience = kind == .podman ? ["--time", "0"] : []
        return command(["rm", "--force", "--volumes"] + patience + containers, deadline: .seconds(180))
    }

    /// Runs a script in a container, fed as its standard input.
    func script(_ text: String, in container: String, deadline: Duration) -> LocalCommand {
        command(["exec", "--interactive", container, "sh", "-s"], input: text, deadline: deadline)
    }

    /// Lists the ids of a lab's containers, one a line.
    func containers(ofLab id: String) -> LocalCommand {
        command(["ps", "--all", "--no-trunc", "--quiet", "--filter", "label=\(Self.label)=\(id)"])
    }

    /// Tells of each container its id and whether it runs, `true` or `false`.
    func running(_ containers: [String]) -> LocalCommand {
        command(["inspect", "--type", "container", "--format", "{{.Id}} {{.State.Running}}"] + containers)
    }

    // MARK: Images

    /// Tells an image's id, if it is on this machine.
    func imageID(_ name: String) -> LocalCommand { command(["image", "inspect", "--format", "{{.Id}}", name]) }

    /// Asks the registry of an image whether it is there, without fetching it.
    func askRegistry(for name: String) -> LocalCommand {
        command(["manifest", "inspect", name], deadline: .seconds(6))
    }

    /// Fetches an image.
    func pull(_ name: String) -> LocalCommand { command(["pull", "--quiet", name], deadline: .seconds(300)) }

    /// Makes an image of a root file system in a tar archive.
    func importImage(_ archive: String, as tag: String) -> LocalCommand {
        command(["import", archive, tag], deadline: .seconds(300))
    }

    /// Runs a script of `folder`, seen as /mnt inside, in a fresh container with this machine's network.
    func build(_ script: String, folder: String, in image: String, name: String, lab: String) -> LocalCommand {
        command(
            ["run", "--name", name, "--label", "\(Self.label)=\(lab)", "--network", "host"]
                + common + ["--volume", "\(folder):/mnt:ro", image, "sh", "/mnt/\(script)"],
            deadline: .seconds(1200)
        )
    }

    /// Makes an image of what a container has become.
    func commit(_ container: String, as tag: String) -> LocalCommand {
        command(["commit", "--change", #"CMD ["/sbin/init"]"#, container, tag], deadline: .seconds(300))
    }

    /// Removes images.
    func removeImages(_ names: [String]) -> LocalCommand {
        command(["rmi", "--force"] + names, deadline: .seconds(180))
    }

    /// Names all images of the engine, one a line.
    func imageNames() -> LocalCommand { command(["images", "--format", "{{.Repository}}:{{.Tag}}"]) }

    /// Whether an image of this name is one that labs made and keep.
    static func isCached(_ name: String) -> Bool {
        name.hasPrefix("\(repository):") || name.hasPrefix("\(bareRepository):")
    }
}
