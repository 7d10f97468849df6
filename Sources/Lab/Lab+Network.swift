import SystemPackage

extension Lab {
    /// A range that neither this machine's routes nor the engine's networks use.
    func freeSubnet(_ engine: ContainerEngine) async throws(LabError) -> Subnet {
        var used = RouteTable(try LocalFile.textIfThere("/proc/net/route") ?? "").subnets
        let names = try await engine.networkNames().check("listing the engine's networks").output
            .split(whereSeparator: \.isNewline).map(\.trimmed)
        if !names.isEmpty {
            let ranges = try await engine.networkSubnets(names).run().output
            used += ranges.split(whereSeparator: \.isWhitespace).compactMap { Subnet($0) }
        }
        guard let subnet = Subnet.firstFree(besides: used) else {
            throw LabError(
                .toolFailed,
                "no private range is free for the lab's network: all of 10.77.0.0/16 and 172.29.0.0/16 is in use",
                hint: "remove networks that nothing uses: \(engine.kind.program) network prune"
            )
        }
        return subnet
    }

    /// Makes the lab's own network.
    func makeNetwork(_ state: LabState, engine: ContainerEngine) async throws(LabError) {
        let routes = RouteTable(try LocalFile.textIfThere("/proc/net/route") ?? "")
        var mtu: Int?
        if let interface = routes.defaultInterface {
            let path = FilePath("/sys/class/net").appending(interface).appending("mtu")
            mtu = try LocalFile.textIfThere(path).flatMap { Int($0.trimmed) }
        }
        _ = try await engine.createNetwork(state.network, subnet: state.subnet, lab: state.id, mtu: mtu)
            .check("making the network \(state.network)")
        report(.networkMade(name: state.network, subnet: state.subnet.text))
    }
}
