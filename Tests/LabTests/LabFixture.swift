import SystemPackage

@testable import Lab

/// A folder of a test's own with a lab in it; both are gone when the test ends, however it ends.
struct LabFixture: Sendable {
    let lab: Lab
    let folder: FilePath

    var inventory: FilePath { folder.appending("inventory").appending("lab.ini") }

    static func with(
        onEvent: @escaping @Sendable (LabEvent) -> Void = { _ in },
        _ body: (LabFixture) async throws -> Void
    ) async throws {
        let folder = FilePath("/tmp/lockstep-lab-test-\(UInt32.random(in: 0 ... .max))")
        let fixture = LabFixture(
            lab: Lab(LabDirectory(folder.appending("state").appending("lab")), onEvent: onEvent),
            folder: folder
        )
        let outcome: Result<Void, any Error>
        do {
            try LocalFile.makeFolder(folder)
            outcome = .success(try await body(fixture))
        } catch {
            outcome = .failure(error)
        }
        let cleaned = await Lab.uninterrupted { () -> Result<Void, any Error> in
            do {
                try await fixture.lab.down()
                try LocalFile.remove(folder)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        try cleaned.get()
    }

    /// Runs a command on a host through OpenSSH with nothing but what the lab wrote.
    func ssh(_ address: String, _ line: String, input: String = "") async throws -> LocalResult {
        let login = LoginCheck(
            address: address,
            privateKey: lab.directory.privateKey,
            knownHosts: lab.directory.knownHosts
        )
        var command = login.command(deadline: .seconds(120))
        command.arguments[command.arguments.count - 1] = line
        command.input = input
        return try await command.run()
    }

    /// What the machine still has of a lab: containers, networks, mounts and network namespaces.
    static func traces(of state: LabState, engine: ContainerEngine) async throws -> [String] {
        var traces: [String] = []
        traces += try await engine.containers(ofLab: state.id).check("listing").output
            .split(whereSeparator: \.isNewline).map { "container \($0)" }
        let networks = try await engine.networkNames().check("listing").output
        traces += networks.split(whereSeparator: \.isNewline).filter { $0.contains(state.id) }.map { "network \($0)" }
        return traces
    }
}
