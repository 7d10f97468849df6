import LockstepTestSupport
import Lsyncd
import Provisioning
import Testing

/// Facts as a master answers them.
enum MasterAnswers {
    /// What a shell of this machine answers, with paths moved into a test's own directory.
    ///
    /// - Parameters:
    ///   - set: the facts.
    ///   - shell: the shell, with its first arguments.
    ///   - paths: the paths that are replaced, and what by; what is answered tells of them as if they had not been.
    ///   - preface: what the script begins with.
    ///   - earlier: what was answered before.
    static func ask(
        _ set: FactSet,
        in shell: String = "sh",
        moving paths: KeyValuePairs<String, String> = [:],
        preface: String = "",
        beside earlier: Facts = Facts()
    ) async throws -> Facts {
        let script = LookScript(asking: set.snippets.map(\.script), nonce: "n0")
        let moved = paths.reduce(script.text) { $0.replacing($1.key, with: $1.value) }
        let result = try await LocalProgram.run("sh", ["-c", "exec \(shell) -s"], input: "\(preface)\n\(moved)")
        #expect(result.status == 0, "\(result.error)")
        var outputs = try #require(script.answers(in: Array(result.output.utf8)), "\(result)")
        for (place, output) in outputs {
            outputs[place]?.text = paths.reduce(output.text) { $0.replacing($1.value, with: $1.key) }
        }
        return set.facts(in: outputs, beside: earlier)
    }
}
