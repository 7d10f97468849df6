/// Which packages a host has.
package struct PackageState: Sendable, Hashable {
    /// The host's package manager.
    package var family: PackageFamily
    /// What its packages are made for.
    package var platform: String
    /// Those that are installed, among the ones that were asked for.
    package var installed: Set<String>

    /// Makes a state.
    package init(_ family: PackageFamily, _ platform: String, installed: Set<String> = []) {
        (self.family, self.platform, self.installed) = (family, platform, installed)
    }

    /// The facts about some packages.
    package static func facts(of names: [String]) -> FactSet {
        var facts = FactSet()
        for name in names { facts.insert(PackageFact(name)) }
        return facts
    }

    /// Takes the facts about some packages, one at least, out of what a host has answered; `purpose` is what would have been
    /// installed.
    package init(_ facts: Facts, of names: [String], purpose: String) throws(PlanError) {
        var state: PackageState?
        for name in names {
            do throws(PlanError) {
                let answer = try facts.value(of: PackageFact(name))
                state = PackageState(
                    answer.family,
                    answer.platform,
                    installed: answer.installed.union(state?.installed ?? [])
                )
            } catch {
                throw PlanError(error.message, hint: error.hint.map { _ in PackageFact.hint(installing: purpose) })
            }
        }
        guard let state else { throw PlanError("no package is named") }
        self = state
    }
}
