package import Provisioning
package import RemoteHost
package import Testing

/// What every module owes, tried out on a host: it sees what is missing, looking changes nothing, its change makes it
/// true, and a second look finds nothing to do. One that only looks changes nothing, whatever it finds.
///
/// The scripts are framed and run as the engine does it.
package struct ModuleConformance: Sendable {
    private let host: any RemoteHost
    private let privilege: Privilege
    private let nonce: String

    /// Makes a kit for a host; scripted hosts answer with frames of this nonce.
    package init(on host: any RemoteHost, privilege: Privilege = .none, nonce: String = "conformance") {
        self.host = host
        self.privilege = privilege
        self.nonce = nonce
    }

    /// Tries a module whose change is due on the host.
    ///
    /// - Returns: what the change printed.
    @discardableResult
    package func expectChangeThenOk(
        _ type: any Module.Type,
        _ values: [String: String],
        template: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let arguments = ModuleArguments(values.mapValues { .known($0) }) { (_) throws(ArgumentError) in template }
        let module = try type.init(arguments)

        let before = try await look(for: module)
        guard case .change(let change) = try module.plan(from: module.facts.facts(in: before), in: PlanContext()) else {
            Issue.record("\(type.keyword) planned no change; it saw: \(before)", sourceLocation: sourceLocation)
            return ""
        }
        let after = try await look(for: module)
        #expect(after == before, "looking changed the host", sourceLocation: sourceLocation)

        let applied = try await apply(change)
        guard case .changed(let output) = type.conclude(applied) else {
            Issue.record("\(type.keyword): \(change.script)\nended: \(applied)", sourceLocation: sourceLocation)
            return ""
        }

        let plan = try module.plan(from: await facts(for: module), in: PlanContext())
        guard case .ok(let known, _) = plan else {
            Issue.record("\(type.keyword) is not done after its change: \(plan)", sourceLocation: sourceLocation)
            return output
        }
        // What the change printed and what a later look finds are the same to the tasks that refer to it.
        if !known.isEmpty { #expect(known == output, sourceLocation: sourceLocation) }
        return output
    }

    /// Tries a module that only looks, by its facts alone or by a check, on a host where it has something to say.
    ///
    /// - Parameter templates: the texts of templates, by their names.
    /// - Returns: how it concludes; `changed`, with its output, where all is well.
    package func expectNoChange(
        _ type: any Module.Type,
        _ values: [String: String],
        templates: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Conclusion {
        let arguments = ModuleArguments(values.mapValues { .known($0) }) { (name) throws(ArgumentError) in
            templates[name] ?? ""
        }
        let module = try type.init(arguments)
        let before = try await look(for: module)
        let conclusion: Conclusion
        do {
            switch try module.plan(from: module.facts.facts(in: before), in: PlanContext()) {
            case .ok(let output, _): conclusion = .changed(output: output)
            case .change(let change) where change.isCheck: conclusion = type.conclude(try await apply(change))
            case let plan:
                Issue.record("\(type.keyword) would change the host: \(plan)", sourceLocation: sourceLocation)
                return .failed("")
            }
        } catch let error as PlanError {
            conclusion = error.isRefusal ? .refused(error.message) : .failed(error.message)
        }
        let after = try await look(for: module)
        #expect(after == before, "looking changed the host", sourceLocation: sourceLocation)
        return conclusion
    }

    /// Applies a change as the engine does, and tells how it ended.
    package func apply(_ change: Change) async throws -> ProbeOutput {
        let outputs = try await outputs(of: FramedScript(applying: [FramedScript.Step(change)], nonce: nonce))
        guard let output = outputs[0] else { throw RemoteHostError(.connectionLost, "the change has no answer") }
        return output
    }

    /// Asks the host for the facts that a module needs.
    package func facts(for module: any Module) async throws -> Facts {
        try await module.facts.facts(in: look(for: module))
    }

    private func look(for module: any Module) async throws -> [Int: ProbeOutput] {
        let script = LookScript(asking: module.facts.snippets.map(\.script), nonce: nonce)
        let result = try await host.run(.script(script.text, privilege: privilege, deadline: .seconds(120)))
        guard let answers = script.answers(in: result.standardOutput) else {
            throw RemoteHostError(.connectionLost, "the look did not come to its end: \(result.errorText)")
        }
        return answers
    }

    private func outputs(of script: FramedScript) async throws -> [Int: ProbeOutput] {
        let result = try await host.run(.script(script.text, privilege: privilege, deadline: .seconds(120)))
        var parser = FrameParser(nonce: nonce)
        let frames = parser.consume(result.standardOutput)
        guard parser.isComplete else {
            throw RemoteHostError(.connectionLost, "the script did not come to its end: \(result.errorText)")
        }
        return Dictionary(frames.map { ($0.index, $0.output) }) { $1 }
    }
}
