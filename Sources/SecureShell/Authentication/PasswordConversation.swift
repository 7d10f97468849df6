import RemoteHost

/// A host's questions and our answers: the password for one hidden question, once; nothing for any other.
struct PasswordConversation {
    private let password: Secret
    private var isAnswered = false
    /// The first question that was not answered.
    private(set) var unansweredPrompt: String?

    /// A question of the host's.
    struct Prompt: Sendable, Hashable {
        /// What it says.
        var text: String
        /// Whether the answer may be seen while it is typed.
        var isVisible: Bool
    }

    /// Starts a conversation that will give this password.
    init(password: Secret) {
        self.password = password
    }

    /// The answers to a round of questions, one each.
    mutating func answers(to prompts: [Prompt]) -> [String] {
        if !isAnswered, prompts.count == 1, !prompts[0].isVisible {
            isAnswered = true
            return [password.revealed]
        }
        if unansweredPrompt == nil { unansweredPrompt = prompts.first?.text }
        return prompts.map { _ in "" }
    }
}
