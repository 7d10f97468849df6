import Inventory
import RemoteHost
import Synchronization

@testable import LockstepCommands

/// A person who gives the answers that a test wrote down, and all that this person gets to see.
final class Dialogue: AnswerSource {
    private let state: Mutex<(answers: [String], shown: String)>
    private let end: NoAnswer
    private let columns: Int?

    /// Makes a person with answers, and what happens when there are no more.
    init(_ answers: [String], then end: NoAnswer = .ended, columns: Int? = nil) {
        state = Mutex((answers, ""))
        self.end = end
        self.columns = columns
    }

    /// What is shown, with the answers as they were typed.
    var transcript: String { state.withLock(\.shown) }
    /// The answers that nobody asked for.
    var unused: [String] { state.withLock(\.answers) }

    func line(after prompt: String) throws(NoAnswer) -> String {
        let answer = state.withLock { state -> String? in
            state.shown += prompt
            guard !state.answers.isEmpty else { return nil }
            let answer = state.answers.removeFirst()
            state.shown += answer + "\n"
            return answer
        }
        guard let answer else { throw end }
        return answer
    }

    /// A conversation with this person.
    func conversation(_ inspector: (any HostInspector)? = nil, takesDefaults: Bool = false) -> InitConversation {
        InitConversation(screen: screen, person: self, inspector: inspector, takesDefaults: takesDefaults)
    }

    /// A conversation where nobody can be asked.
    func monologue(_ inspector: (any HostInspector)? = nil, takesDefaults: Bool = false) -> InitConversation {
        InitConversation(screen: screen, person: nil, inspector: inspector, takesDefaults: takesDefaults)
    }

    private var screen: InitScreen {
        InitScreen(write: { text in self.state.withLock { $0.shown += text } }, width: { [columns] in columns })
    }

    /// Reads drafts where ssh has nothing to say.
    static let reading: FleetReading = { inventory throws(InventoryErrors) in
        try Fleet(inventory, localUser: Fleet.LocalUser(name: "me", home: "/home/me"))
    }
}

/// Finds what a test wrote down, and remembers what it was asked.
final class ScriptedInspector: HostInspector {
    private let results: [String: HostFinding.Result]
    private let state = Mutex<[HostInspection]>([])

    /// Makes an inspector; of hosts and directories that it knows nothing of, it finds the best.
    init(_ results: [String: HostFinding.Result] = [:]) { self.results = results }

    /// What it was asked, in order.
    var inspections: [HostInspection] { state.withLock(\.self) }

    func inspect(_ inspection: HostInspection) async -> [HostFinding] {
        state.withLock { $0.append(inspection) }
        return inspection.names.map { name in
            let best = inspection.directory.map { HostFinding.Result.directory($0) } ?? .reached
            return HostFinding(host: name, result: results[inspection.directory ?? name] ?? best)
        }
    }
}
