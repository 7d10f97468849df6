import Foundation
package import Provisioning
import RemoteHost

/// `delete-guard`: before a slave's service starts, nobody loses a file that was not meant to go.
///
/// lsyncd's first pass makes the target equal to the source: it deletes what only the target has, replaces what is of
/// another type there, and writes over files that are newer there. The guard lets rsync say what that would be, as the
/// service's user, with the configuration that the service is about to get and the key that it will use, which are
/// thereby tried as well. It comes before that configuration is written: a slave that is refused keeps the old one,
/// also over a restart of the master.
package struct DeleteGuardModule: Module {
    package static let keyword = "delete-guard"
    package static let summary = "A service does not start while its first pass would destroy files on the slave."
    package static let parameters: [Parameter] = [
        .required("host", "the slave's name"),
        .required("source", "the directory on the master"),
        .required("target", "the directory on the slave"),
        .required("lsyncd", "absolute path of the program that the service runs"),
        .required("src", "name of the template of lsyncd's configuration for the slave"),
        .required("dest", "absolute path at which the configuration will stand"),
        .required("service", "name of the unit whose start is guarded"),
        .required("guard", "name of the template of the script that asks"),
        .optional("user", "user that the service runs as; the one who runs the script where it is left out"),
        .optional("manager", "what starts the host's services, as for service"),
        .required("record", "file in which the unit notes at its start what it runs"),
        .required("files", "files that the unit must run as they are on the disk"),
        .optional("allow", "yes: the files may go"),
    ]

    private let host: String
    private let source: String
    private let target: String
    private let program: String
    private let path: String
    private let content: String
    private let guardScript: String
    private let user: String?
    private let service: String
    private let manager: ServiceManager
    private let record: String
    private let files: [String]
    private let isAllowed: Bool

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        host = try arguments.text("host")
        source = try arguments.path("source")
        target = try arguments.path("target")
        program = try arguments.path("lsyncd")
        path = try arguments.path("dest")
        content = try arguments.rendered("src")
        guardScript = try arguments.rendered("guard")
        user = try arguments.optionalAccount("user")
        service = try arguments.text("service")
        manager = try ServiceManager(arguments)
        record = try arguments.path("record")
        files = try arguments.words("files")
        isAllowed = try arguments.flag("allow", default: false)
    }

    /// The service, and whether the configuration that it has now is the wanted one.
    package struct State: Sendable, Hashable {
        var service: ServiceState
        var isWritten: Bool
    }

    package var facts: FactSet {
        var facts = ServiceState.facts(unit: service, manager: manager, record: record, files: files)
        facts.insert(FileFact(path, .checksum))
        return facts
    }

    package func state(from facts: Facts) throws(PlanError) -> State {
        let service = try ServiceState(facts, unit: service, manager: manager, record: record, files: files)
        guard case .file(_, let sum, _) = try facts.value(of: FileFact(path, .checksum)) else {
            return State(service: service, isWritten: false)
        }
        return State(service: service, isWritten: sum == checksum(content.utf8))
    }

    package func plan(_ state: State, in context: PlanContext) throws(PlanError) -> TaskPlan {
        let outdated = state.service.outdated(files: files, pendingWrites: context.pendingWrites)
        if state.service.isRunning, outdated.isEmpty, state.isWritten { return .ok() }
        return .change(
            Change("see what the first pass would destroy on \(host)", script: script, isCheck: true)
        )
    }

    private var script: String {
        let words = [host, source, target, program].map(shellQuoted).joined(separator: " ")
        return """
            new=$(mktemp -d)
            trap 'rm -rf "$new"' EXIT
            chmod 755 "$new"
            printf %s \(shellQuoted(content)) >"$new/config.lua"
            printf %s \(shellQuoted(guardScript)) >"$new/guard"
            status=0
            sh "$new/guard" \(words) "$new/config.lua" \(user.map(shellQuoted) ?? "\"$(id -un)\"") \
            \(isAllowed ? "yes" : "no") || status=$?
            case $status in
            3) refuse ;;
            4) stop_host ;;
            esac
            exit "$status"
            """
    }

    package static func conclude(_ output: ProbeOutput) -> Conclusion {
        switch output.ending {
        case .refused, .stopped: .refused(output.trimmedText)
        default:
            output.status == 0
                ? .changed(output: output.trimmedText) : .failed("the slave could not be asked: \(output.failureText)")
        }
    }
}
