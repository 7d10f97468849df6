package import Provisioning
package import RemoteHost

extension RemoteHost {
    /// Asks for facts, by one command, and returns what is answered beside what was answered earlier.
    ///
    /// - Throws: `RemoteHostError`; `HostFailure` where the host is there, and does not come to the end of its answer.
    package func look(
        _ facts: FactSet,
        _ privilege: Privilege,
        deadline: Duration,
        beside earlier: Facts = Facts()
    ) async throws -> Facts {
        do {
            return try await FactQuestion(facts).ask(self, privilege: privilege, deadline: deadline, beside: earlier)
        } catch let end as FactQuestion.EarlyEnd {
            throw HostFailure(endedEarly: end.result, privilege, during: "the look at it")
        } catch let error as RemoteHostError where error.code == .timedOut {
            throw HostFailure.slowLook(deadline)
        }
    }
}
