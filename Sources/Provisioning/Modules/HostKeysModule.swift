/// `host-keys`: the keys by which a host's SSH server proves who it is, read on the host itself.
///
/// Its output has a line a key, type and base64, in a fixed order.
package struct HostKeysModule: Module {
    package static let keyword = "host-keys"
    package static let summary = "Reads the public host keys of the host's SSH server; changes nothing."
    package static let parameters: [Parameter] = []

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {}

    package var facts: FactSet { FactSet(HostKeysFact()) }

    package func state(from facts: Facts) throws(PlanError) -> [String] { try facts.value(of: HostKeysFact()) }

    package func plan(_ keys: [String], in context: PlanContext) throws(PlanError) -> TaskPlan {
        .ok(output: keys.joined(separator: "\n"))
    }
}
