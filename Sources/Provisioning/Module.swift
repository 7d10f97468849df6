/// A kind of task: what it looks at on a host, and what it would change there.
///
/// A module never runs anything itself. It names the facts that it needs, is given their values, and answers with a plan:
/// nothing to do, or one change. `plan` is pure; the same values twice are the same plan twice.
package protocol Module: Sendable {
    /// What the module learns about a host.
    associatedtype State: Sendable

    /// The word that stands behind `module =` in a playbook.
    static var keyword: String { get }
    /// One line on what the module makes true.
    static var summary: String { get }
    /// The keys that a task of this module may have.
    static var parameters: [Parameter] { get }

    /// A section of a playbook that uses it, as a file of its own: text that a playbook could hold as it is. It stands last,
    /// behind the tasks that make what it refers to.
    static var example: String { get }

    /// What its output is taken for in templates until the host has answered; none where no template may use it.
    static var foreseenOutput: String? { get }

    /// The keys whose text a shell reads as it is, so that no variable may stand there.
    static var shellParameters: Set<String> { get }

    /// Reads a task's arguments.
    init(_ arguments: ModuleArguments) throws(ArgumentError)

    /// What `plan` needs to know of the host.
    ///
    /// It may depend on arguments known before any host was reached, on no others.
    var facts: FactSet { get }

    /// Takes what the module needs out of what the host has answered.
    func state(from facts: Facts) throws(PlanError) -> State

    /// Compares a host's state with the wanted one.
    func plan(_ state: State, in context: PlanContext) throws(PlanError) -> TaskPlan

    /// The files that it puts on a host, as far as they are known before the host has been reached.
    var files: [WantedFile] { get }

    /// Reads how a change of this module's ended.
    static func conclude(_ output: ProbeOutput) -> Conclusion
}

extension Module {
    /// None; what a playbook may name has one.
    package static var example: String { "" }

    /// Most modules hand no text of a playbook to a shell.
    package static var shellParameters: Set<String> { [] }

    /// No template may use what most modules put out.
    package static var foreseenOutput: String? { nil }

    /// Most modules write no files.
    package var files: [WantedFile] { [] }

    /// Status 0 is success, and what the change printed is the task's output; all else is a failure told by what it
    /// printed. A change that refused says why.
    package static func conclude(_ output: ProbeOutput) -> Conclusion {
        switch output.ending {
        case .refused, .stopped: .refused(output.trimmedText)
        default: output.status == 0 ? .changed(output: output.trimmedText) : .failed(output.failureText)
        }
    }

    /// Plans from what the host has answered, without a look at the state in between.
    package func plan(from facts: Facts, in context: PlanContext) throws(PlanError) -> TaskPlan {
        try plan(state(from: facts), in: context)
    }
}

/// A key that a task of a module may have.
package struct Parameter: Sendable, Hashable {
    /// The key.
    package var name: String
    /// Whether a task must have it.
    package var isRequired: Bool
    /// One line on its meaning.
    package var summary: String

    /// A key that a task must have.
    package static func required(_ name: String, _ summary: String) -> Parameter {
        Parameter(name: name, isRequired: true, summary: summary)
    }

    /// A key that a task may leave out.
    package static func optional(_ name: String, _ summary: String) -> Parameter {
        Parameter(name: name, isRequired: false, summary: summary)
    }
}
