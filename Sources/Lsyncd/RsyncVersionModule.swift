package import Provisioning
import RemoteHost

/// `rsync-version`: the host's rsync is one that Lockstep can work with.
///
/// Its output is what lsyncd's settings say of it: `yes` where, as the receiving side, it compares times to the nanosecond.
package struct RsyncVersionModule: Module {
    package static let keyword = "rsync-version"
    package static let summary = "The host's rsync is recent enough; changes nothing."
    package static let parameters: [Parameter] = [
        .required("minimum", "the oldest version that will do, such as 3.1.0"),
        .optional("gate", "what the master's key must pass on the host"),
    ]
    package static let foreseenOutput: String? = "yes"

    private let minimum: RsyncVersion
    private let gate: String?

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        let text = try arguments.text("minimum")
        guard let version = RsyncVersion(text) else {
            throw ArgumentError("minimum", "'minimum' must be a version such as 3.1.0, not '\(text)'")
        }
        minimum = version
        gate = try arguments.optionalText("gate")
    }

    package var facts: FactSet { FactSet(RsyncVersionFact()) }

    /// What the host's rsync says of itself; nil where there is none.
    package func state(from facts: Facts) throws(PlanError) -> String? { try facts.value(of: RsyncVersionFact()) }

    package func plan(_ answer: String?, in context: PlanContext) throws(PlanError) -> TaskPlan {
        guard let answer else {
            return .change(
                Change(
                    "ask the rsync that is installed for its version",
                    script: "echo \(shellQuoted(minimum.description))\n\(RsyncVersionFact().script)",
                    isCheck: true
                )
            )
        }
        do throws(Unfit) {
            let version = try Self.version(answer, atLeast: minimum)
            return .ok(output: version.comparesNanoseconds ? "yes" : "no", note: note(on: version))
        } catch {
            throw PlanError(error.message, hint: error.hint, isRefusal: true)
        }
    }

    /// What a person should know of this version; none where all is well.
    private func note(on version: RsyncVersion) -> String? {
        guard gate == "rrsync", version.rrsyncLeavesOutSpecialFiles else { return nil }
        return "rrsync of rsync \(version) leaves out pipes, sockets and devices without an error, and a file stays "
            + "where the master has one of these; 'gate = receive' keeps them"
    }

    package static func conclude(_ output: ProbeOutput) -> Conclusion {
        let lines = output.lines.map(String.init)
        guard output.status == 0, let minimum = lines.first.flatMap({ RsyncVersion($0) }) else {
            return .failed(output.failureText)
        }
        do throws(Unfit) {
            let version = try version(lines.dropFirst().first ?? "", atLeast: minimum)
            return .changed(output: version.comparesNanoseconds ? "yes" : "no")
        } catch {
            return .refused("\(error.message): \(error.hint)")
        }
    }

    /// Why an rsync will not do.
    private struct Unfit: Error {
        var message: String
        var hint: String
    }

    private static func version(_ answer: String, atLeast minimum: RsyncVersion) throws(Unfit) -> RsyncVersion {
        guard let version = RsyncVersion(answer: answer) else {
            throw Unfit(
                message: answer.isEmpty ? "there is no /usr/bin/rsync" : "/usr/bin/rsync --version says '\(answer)'",
                hint: "install rsync \(minimum) or later"
            )
        }
        guard version >= minimum else {
            throw Unfit(
                message: "rsync \(version) is there, and it must be \(minimum) or later",
                hint: "upgrade rsync, or put a later one in the place of /usr/bin/rsync"
            )
        }
        return version
    }
}
