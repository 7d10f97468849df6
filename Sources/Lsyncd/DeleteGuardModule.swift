package import Provisioning
import RemoteHost

/// `delete-guard`: before a slave's service starts, nobody loses a file that was not meant to go.
///
/// lsyncd's first pass makes the target equal to the source, and so deletes what only the target has. The guard lets
/// rsync say what that would be, over the very connection that the service will use, which is thereby tried as well.
package struct DeleteGuardModule: Module {
    package static let keyword = "delete-guard"
    package static let summary = "A service does not start while its first pass would delete files on the slave."
    package static let parameters: [Parameter] = [
        .required("host", "the slave's name"),
        .required("source", "the directory on the master"),
        .required("target", "the directory on the slave"),
        .required("config", "lsyncd's configuration for the slave"),
        .required("service", "name of the unit whose start is guarded"),
        .required("record", "file in which the unit notes at its start what it runs"),
        .required("files", "files that the unit must run as they are on the disk"),
        .optional("allow", "yes: the files may go"),
    ]

    private let host: String
    private let source: String
    private let target: String
    private let config: String
    private let service: String
    private let record: String
    private let files: [String]
    private let isAllowed: Bool

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        host = try arguments.text("host")
        source = try arguments.path("source")
        target = try arguments.path("target")
        config = try arguments.path("config")
        service = try arguments.text("service")
        record = try arguments.path("record")
        files = try arguments.words("files")
        isAllowed = try arguments.flag("allow", default: false)
    }

    package var probe: String { ServiceState.probe(unit: service, record: record, files: files) }

    package func state(from output: ProbeOutput) throws(PlanError) -> ServiceState { try ServiceState(output) }

    package func plan(_ state: ServiceState, in context: PlanContext) throws(PlanError) -> TaskPlan {
        let startsFresh =
            !state.isRunning || !state.outdated(files: files, pendingWrites: context.pendingWrites).isEmpty
        guard startsFresh else { return .ok() }
        return .change(
            Change("see what the first pass would delete on \(host)", script: script, isCheck: true)
        )
    }

    private static let refusedStatus = 65

    private var script: String {
        """
        seen=$(mktemp)
        trap 'rm -f "$seen" "$seen.err"' EXIT
        status=0
        env LOCKSTEP_CHECK=deletions lsyncd -nodaemon \(shellQuoted(config)) >"$seen" 2>"$seen.err" || status=$?
        case $status in
        0|23|24) ;;
        *) cat "$seen.err"; exit 1 ;;
        esac
        count=$(grep -c '^\\*deleting ' "$seen" || :)
        [ "$count" -gt 0 ] || exit 0
        if [ -z "$(ls -A -- \(shellQuoted(source)))" ]; then
            printf 'the source %s is empty, but %s on %s is not: %s files would go\\n' \
        \(shellQuoted(source)) \(shellQuoted(target)) \(shellQuoted(host)) "$count"
            exit \(FramedScript.stopStatus)
        fi
        \(isAllowed ? "exit 0" : ":")
        printf '%s on %s has %s files that the master does not have, and would lose them: ' \
        \(shellQuoted(target)) \(shellQuoted(host)) "$count"
        sed -n 's/^\\*deleting *//p' "$seen" | head -n 5 | paste -s -d , - | sed 's/,/, /g'
        exit \(Self.refusedStatus)
        """
    }

    package static func conclude(_ output: ProbeOutput) -> Conclusion {
        switch output.status {
        case 0: .changed(output: "")
        case refusedStatus: .refused(output.trimmedText)
        case FramedScript.stopStatus: .refused(output.trimmedText)
        default: .failed("the slave could not be asked: \(output.failureText)")
        }
    }
}
