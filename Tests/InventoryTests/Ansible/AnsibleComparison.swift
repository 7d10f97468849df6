import Foundation

/// Compares what Lockstep and Ansible say.
enum AnsibleComparison {
    /// How an answer differs from Ansible's; none when it does not. Texts are compared as the JSON that they are.
    static func difference(of actual: Ansible.Answer, from expected: Ansible.Answer) -> String? {
        switch (actual, expected) {
        case (.refused, .refused): return nil
        case (.text(let actual), .refused(let why)): return "Ansible refuses it: \(why)\nLockstep reads:\n\(actual)"
        case (.refused(let why), .text(let expected)): return "Lockstep refuses it: \(why)\nAnsible reads:\n\(expected)"
        case (.text(let actual), .text(let expected)):
            // Nearly always the texts are the same, and reading JSON takes much longer than this.
            if actual == expected || JSONValue(parsing: actual) == JSONValue(parsing: expected) { return nil }
            return "Ansible reads:\n\(expected)\nLockstep reads:\n\(actual)"
        }
    }
}
