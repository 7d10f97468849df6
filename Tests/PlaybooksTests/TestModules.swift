import Provisioning

/// A module for playbooks: it has a key that is needed, one that may be left out, and one that a shell reads.
struct TouchModule: Module {
    static let keyword = "touch"
    static let summary = "A file is there."
    static let parameters: [Parameter] = [
        .required("path", "what is touched"),
        .optional("mode", "its rights"),
        .optional("check", "what must hold"),
    ]
    static let shellParameters: Set<String> = ["check"]

    init(_ arguments: ModuleArguments) throws(ArgumentError) {}

    var facts: FactSet { FactSet() }
    func state(from facts: Facts) {}
    func plan(_ state: Void, in context: PlanContext) throws(PlanError) -> TaskPlan { .ok() }
}

/// A module without keys of its own.
struct WaitModule: Module {
    static let keyword = "wait"
    static let summary = "Nothing happens."
    static let parameters: [Parameter] = []

    init(_ arguments: ModuleArguments) throws(ArgumentError) {}

    var facts: FactSet { FactSet() }
    func state(from facts: Facts) {}
    func plan(_ state: Void, in context: PlanContext) throws(PlanError) -> TaskPlan { .ok() }
}

/// The modules that the playbooks of these tests may name.
let testModules = ModuleRegistry([TouchModule.self, WaitModule.self])
