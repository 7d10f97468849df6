/// Answers that take a while, each worked out once and given to everybody who asks meanwhile or later.
actor SharedAnswers<Question: Hashable & Sendable, Answer: Sendable> {
    private var known: [Question: Answer] = [:]
    private var waiting: [Question: [CheckedContinuation<Answer, Never>]] = [:]

    /// Makes a collection without answers.
    init() {}

    /// The answer to a question; `answer` is asked for it when nobody has asked before.
    func answer(to question: Question, _ answer: @Sendable () async -> Answer) async -> Answer {
        if let answer = known[question] { return answer }
        if waiting[question] != nil {
            return await withCheckedContinuation { waiting[question]?.append($0) }
        }
        waiting[question] = []
        let found = await answer()
        known[question] = found
        for continuation in waiting.removeValue(forKey: question) ?? [] { continuation.resume(returning: found) }
        return found
    }
}
