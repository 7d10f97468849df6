package import Provisioning
import RemoteHost

/// `handover`: a copy that another lsyncd is to keep, or none, is let go by the one that has it, before the other starts.
///
/// Two daemons that push to one target undo each other's work. One that is let go does not start with the host either, so
/// that a power cut between this and the other's start leaves the copy with nobody, and never with both. Copies that the
/// run does not know are left alone, with the lsyncd that keeps them. What a copy that goes was set to stays beside, as what
/// a file was before its last change does; what it noted goes, so that a later copy of its name does not take it for its own.
package struct HandoverModule: Module {
    package static let keyword = "handover"
    package static let summary = "An lsyncd stops that keeps a copy which another one is to keep, or none."
    package static let parameters: [Parameter] = [
        .required("keepers", "a line for each lsyncd: its name, and behind it the copies that it is to keep"),
        .optional("pruned", "the copies that none is to keep, a line for each"),
        .optional("former", "a line for each: a copy among 'keepers', and behind it one that ends as it starts"),
        .optional(
            "kept",
            "the copies that were seen to be kept when 'keepers' was laid out, a line for each: the copy, its lsyncd"
        ),
        .optional("moves", "whether copies are let go of that another lsyncd is to keep: yes (the default) or no"),
        .optional("manager", "what starts the host's services, as for service"),
    ]

    /// The lsyncd that is to keep each copy.
    private let wanted: [String: String]
    private let pruned: Set<String>
    /// The copies that go as another starts that takes their place.
    private let former: Set<String>
    /// The lsyncd that each copy was seen with; none where nobody has looked.
    private let kept: [String: String]?
    private let moves: Bool
    /// Whether it is known which copies go as others start.
    private let isKnown: Bool
    private let manager: ServiceManager

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        var wanted: [String: String] = [:]
        for line in try arguments.lines("keepers") {
            let words = line.split(separator: " ").map(String.init)
            for copy in words.dropFirst() { wanted[copy] = words[0] }
        }
        self.wanted = wanted
        var former: Set<String> = []
        switch try arguments.deferredText("former", default: "") {
        case .known(let text):
            for line in text.splitAtLineFeeds() {
                let words = line.split(separator: " ").map(String.init)
                if words.count == 2, wanted[words[0]] != nil { former.insert(words[1]) }
            }
            isKnown = true
        case .afterApply: isKnown = false
        }
        self.former = former
        pruned = Set(try arguments.lines("pruned")).union(former)
        kept = try arguments.optionalText("kept").map { text in
            let lines = text.splitAtLineFeeds().map { $0.split(separator: " ").map(String.init) }
            return Dictionary(lines.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
        }
        moves = try arguments.flag("moves", default: true)
        manager = try ServiceManager(arguments)
    }

    package var facts: FactSet { FactSet(KeepersFact()) }

    /// The copies of each lsyncd on the master, by its name.
    package func state(from facts: Facts) throws(PlanError) -> [String: [String]] {
        try facts.value(of: KeepersFact())
    }

    package func plan(_ present: [String: [String]], in context: PlanContext) throws(PlanError) -> TaskPlan {
        try check(present)
        var (steps, diff): ([String], [String]) = ([], [])
        var writes: Set<String> = []
        var gone: Set<String> = []
        for (name, copies) in present.sorted(by: { $0.key < $1.key }) {
            let lost = copies.filter { copy in wanted[copy].map { $0 != name && moves } ?? pruned.contains(copy) }
            guard !lost.isEmpty else { continue }
            steps.append(manager.disable("lockstep-lsyncd@\(name).service"))
            let stays = wanted.values.contains(name)
            let place = InstanceLayout.place(of: name, manager)
            // Where scripts start whatever has a file there, one that stays comes again with its new copies.
            if manager != .systemd {
                steps.append("rm -rf -- \(shellQuoted(place.file))")
                if stays { writes.insert(place.file) }
            } else if lost.count == copies.count, !stays {
                steps.append("rm -rf -- \(shellQuoted(place.directory))")
            }
            gone.formUnion(lost)
            for copy in lost where pruned.contains(copy) {
                let file = shellQuoted(InstanceLayout.settings(of: copy))
                steps.append("[ ! -e \(file) ] || mv -f -- \(file) \(file).previous")
                let notes = ["/etc/lockstep/fleets/\(copy).lua", "/var/lib/lockstep/\(copy)"]
                steps.append("rm -rf -- \(notes.map(shellQuoted).joined(separator: " "))")
            }
            diff += lost.map { "- \(name) keeps \($0)" }
        }
        guard isKnown else { return .knownAfterApply("end the copies whose place another takes") }
        guard !steps.isEmpty else { return .ok() }
        return .change(
            Change(
                [
                    !gone.isSubset(of: pruned) ? "let go of copies that another lsyncd is to keep" : nil,
                    !gone.isDisjoint(with: pruned.subtracting(former)) ? "end copies that nobody wants any more" : nil,
                    !gone.isDisjoint(with: former) ? "end copies whose place another takes" : nil,
                ].compactMap(\.self).joined(separator: ", "),
                diff: diff,
                script: steps.joined(separator: "\n"),
                writes: writes
            )
        )
    }

    /// Nothing is laid out for copies of which nobody saw who keeps them: their next lsyncd would start beside that one.
    private func check(_ present: [String: [String]]) throws(PlanError) {
        guard let kept else { return }
        for (name, copies) in present.sorted(by: { $0.key < $1.key }) {
            guard let copy = copies.first(where: { (wanted[$0] ?? name) != name && kept[$0] != name }) else { continue }
            throw PlanError(
                "lsyncd \(name) keeps \(copy), which was not seen when the run began, so that it cannot be handed over",
                hint: "run again"
            )
        }
    }
}
