import Playbooks
import Provisioning

@testable import FleetRunner

/// A schedule of notes on a small fleet, driven and described in a few words.
struct ScheduleRun {
    var schedule: Schedule
    let planner: TaskPlanner
    private(set) var woken: Set<String> = []

    /// Makes a schedule for `hub` and some slaves.
    init(
        _ playbook: String,
        slaves: [String] = ["edge1", "edge2"],
        items: [PlaybookItem] = [],
        isDryRun: Bool = false
    ) throws {
        let hosts =
            [PlaybookHost(name: "hub", isMaster: true, variables: ["colour": "blue"])]
            + slaves.map { PlaybookHost(name: $0, isMaster: false, variables: ["colour": "green"]) }
        let tasks = try Playbook(parsing: playbook, file: "notes.ini", modules: ModuleRegistry([NoteModule.self]))
        let instances = tasks.instances(for: hosts, items: items)
        let scope = VariableScope(hosts: hosts, items: items, instances: instances)
        planner = try TaskPlanner(instances, scope: scope, templates: TemplateLibrary { _ in nil })
        schedule = Schedule(hosts: hosts, items: items, instances: instances, planner: planner, isDryRun: isDryRun)
    }

    /// A host is looked at: what the notes' probes print there, `change` where nothing is said.
    mutating func look(at hosts: String..., seeing seen: [String: String] = [:]) {
        for host in hosts {
            schedule.observed(planner.answers(of: host) { seen[$0] ?? "change" }, on: host)
        }
    }

    /// What a host does next: `wait`, `finished`, or the summaries of the changes to apply.
    mutating func step(_ host: String) -> String {
        switch schedule.nextStep(for: host) {
        case .wait: "wait"
        case .finished: "finished"
        case .apply(let changes): changes.map { describe($0) }.joined(separator: ", ")
        }
    }

    private func describe(_ planned: Schedule.PlannedChange) -> String {
        planned.change.summary + (schedule.instances[planned.id].item.map { " for \($0.name)" } ?? "")
    }

    /// Changes that run on a host end: all of them, or those of one title or item.
    mutating func end(
        _ host: String,
        _ title: String? = nil,
        for item: String? = nil,
        status: Int = 0,
        ending: ProbeOutput.Ending = .ended,
        printing text: String = ""
    ) {
        for instance in schedule.instances where instance.host == host {
            guard case .running = schedule.status[instance.id] else { continue }
            guard title == nil || instance.task.title == title, item == nil || instance.item?.name == item else {
                continue
            }
            schedule.applied(instance.id, ProbeOutput(status: status, text: text, ending: ending))
        }
    }

    /// What was settled since the last look, a line each: `changed first on edge1`, with the reason where there is one.
    mutating func news() -> [String] {
        let news = schedule.takeNews()
        woken = news.woken
        return news.reports.map { report in
            let place = report.item.map { "\(report.host) for \($0)" } ?? report.host
            let kind = report.kind == .refused ? "refused" : report.outcome.rawValue
            return "\(kind) \(report.task) on \(place)" + (report.message.map { ": \($0)" } ?? "")
                + (report.isKnownAfterApply ? " (known after apply)" : "")
        }
    }
}

extension TaskPlanner {
    /// What a host answers to the probes of notes, by their names.
    func answers(of host: String, printing text: (String) -> String) -> Facts {
        let questions = facts[host] ?? FactSet()
        let outputs = questions.snippets.enumerated().map { place, snippet in
            (place, ProbeOutput(text: text(String(snippet.script.dropFirst(": note ".count)))))
        }
        return questions.facts(in: Dictionary(uniqueKeysWithValues: outputs))
    }
}
