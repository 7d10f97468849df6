package import Provisioning
import RemoteHost

/// `handover`: a copy that another lsyncd is to keep, or none, is let go by the one that has it, before the other starts.
///
/// Two daemons that push to one target undo each other's work. One that is let go does not start with the host either, so
/// that a power cut between this and the other's start leaves the copy with nobody, and never with both. Copies that the
/// run does not know are left alone, with the lsyncd that keeps them. What a copy that goes was set to stays beside, as what
/// a file was before its last change does.
package struct HandoverModule: Module {
    package static let keyword = "handover"
    package static let summary = "An lsyncd stops that keeps a copy which another one is to keep, or none."
    package static let parameters: [Parameter] = [
        .required("keepers", "a line for each lsyncd: its name, and behind it the copies that it is to keep"),
        .optional("pruned", "the copies that none is to keep, a line for each"),
        .optional("manager", "what starts the host's services, as for service"),
    ]

    /// The lsyncd that is to keep each copy.
    private let wanted: [String: String]
    private let pruned: Set<String>
    private let manager: ServiceManager

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        var wanted: [String: String] = [:]
        for line in try arguments.lines("keepers") {
            let words = line.split(separator: " ").map(String.init)
            for copy in words.dropFirst() { wanted[copy] = words[0] }
        }
        self.wanted = wanted
        pruned = Set(try arguments.lines("pruned"))
        manager = try ServiceManager(arguments)
    }

    package var probe: String { InstanceLayout.keepersScript }

    /// The copies of each lsyncd on the master, by its name.
    package func state(from output: ProbeOutput) throws(PlanError) -> [String: [String]] {
        InstanceLayout.keepers(in: output.lines)
    }

    package func plan(_ present: [String: [String]], in context: PlanContext) throws(PlanError) -> TaskPlan {
        var (steps, diff): ([String], [String]) = ([], [])
        var writes: Set<String> = []
        var gone: Set<String> = []
        for (name, copies) in present.sorted(by: { $0.key < $1.key }) {
            let lost = copies.filter { copy in wanted[copy].map { $0 != name } ?? pruned.contains(copy) }
            guard !lost.isEmpty else { continue }
            steps.append(manager.disable("lockstep-lsyncd@\(name).service"))
            let stays = wanted.values.contains(name)
            let place = InstanceLayout.place(of: name, manager)
            // Where scripts start whatever has a file there, one that stays comes again with its new copies.
            if manager != .systemd {
                steps.append("rm -r -- \(shellQuoted(place.file))")
                if stays { writes.insert(place.file) }
            } else if lost.count == copies.count, !stays {
                steps.append("rm -r -- \(shellQuoted(place.directory))")
            }
            gone.formUnion(lost)
            for copy in lost where pruned.contains(copy) {
                let file = shellQuoted(InstanceLayout.settings(of: copy))
                steps.append("[ ! -e \(file) ] || mv -f -- \(file) \(file).previous")
            }
            diff += lost.map { "- \(name) keeps \($0)" }
        }
        guard !steps.isEmpty else { return .ok() }
        return .change(
            Change(
                [
                    !gone.isSubset(of: pruned) ? "let go of copies that another lsyncd is to keep" : nil,
                    !gone.isDisjoint(with: pruned) ? "end copies that nobody wants any more" : nil,
                ].compactMap(\.self).joined(separator: ", "),
                diff: diff,
                script: steps.joined(separator: "\n"),
                writes: writes
            )
        )
    }
}
