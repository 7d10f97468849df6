import FleetRunner
import Foundation
import Inventory
import RemoteHost
import SecureShell

/// Looks at hosts over SSH, as all other verbs reach them, with deadlines of seconds.
///
/// The key of a host that is not known is refused and told of, unless `--accept-new-host-keys` is given.
struct SSHHostInspector: HostInspector {
    /// How hosts are reached.
    let options: CommonOptions
    /// What they may ask for.
    let secrets: Secrets

    private static let deadlines = SSHDeadlines(
        connect: .seconds(4),
        handshake: .seconds(4),
        authentication: .seconds(6),
        close: .seconds(1)
    )
    /// How many hosts are looked at at the same time.
    private static let window = 32

    func inspect(_ inspection: HostInspection) async -> [HostFinding] {
        let watch = SignalWatch()
        defer { watch.stop() }
        return await withTaskGroup(of: [HostFinding]?.self) { group in
            group.addTask { await findings(inspection) }
            group.addTask {
                while !watch.wasSignalled, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
                // Nothing was begun that would have to be ended.
                if watch.takeInterrupt() { exit(RunExitCode.interrupted) }
                if watch.wasSignalled { watch.stop() }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? []
        }
    }

    private func findings(_ inspection: HostInspection) async -> [HostFinding] {
        let names = Set(inspection.names)
        let hosts: [FleetHost]
        let connector: SSHConnector
        do {
            let loaded = try LoadedFleet(Inventory(parsing: inspection.inventory, file: "draft"), options)
            let all = [loaded.fleet.master] + loaded.fleet.slaves.map(\.host)
            hosts = all.filter { names.contains($0.name) }
            connector = try loaded.connector(secrets, to: hosts, deadlines: Self.deadlines)
        } catch {
            let reason = ((error as? CommandFailure)?.message ?? "\(error)").components(separatedBy: "\n  hint: ")
            let trouble = RemoteHostError(.unreachable, reason[0], hint: reason.dropFirst().first)
            return inspection.names.map { HostFinding(host: $0, result: .trouble(trouble)) }
        }
        await connector.unlockKeys()
        var waiting = hosts[...]
        let found = await withTaskGroup(of: HostFinding.self) { group in
            for host in waiting.prefix(Self.window) { group.addTask { await finding(host, inspection, connector) } }
            waiting = waiting.dropFirst(Self.window)
            var found: [String: HostFinding] = [:]
            while let next = await group.next() {
                found[next.host] = next
                if let host = waiting.popFirst() { group.addTask { await finding(host, inspection, connector) } }
            }
            return found
        }
        return hosts.compactMap { found[$0.name] }
    }

    private func finding(
        _ host: FleetHost,
        _ inspection: HostInspection,
        _ connector: SSHConnector
    ) async -> HostFinding {
        let privilege = LoadedFleet.privilege(of: host, secrets)
        let script = inspection.directory.map(Self.script) ?? ":"
        let command = Command.script(script, privilege: privilege, deadline: .seconds(6))
        do {
            let result = try await connector.withConnection(to: host.name) { try await $0.run(command) }
            return HostFinding(host: host.name, result: Self.result(result, inspection.directory))
        } catch {
            let trouble = error as? RemoteHostError ?? RemoteHostError(.unreachable, "\(error)")
            return HostFinding(host: host.name, result: .trouble(trouble))
        }
    }

    /// Says what is at a path, in one word.
    static func script(lookingFor directory: String) -> String {
        let path = shellQuoted(directory)
        return "if [ -d \(path) ]; then echo directory; elif [ -e \(path) ]; then echo other; else echo none; fi"
    }

    /// What a host's answer means.
    static func result(_ result: CommandResult, _ directory: String?) -> HostFinding.Result {
        guard result.succeeded else {
            return .trouble(RemoteHostError(.shellRefused, "its shell ended with \(result.exit)"))
        }
        guard let directory else { return .reached }
        switch result.outputText.trimmingCharacters(in: .whitespacesAndNewlines) {
        case "directory": return .directory(directory)
        case "other": return .otherFile(directory)
        default: return .noDirectory(directory)
        }
    }
}
