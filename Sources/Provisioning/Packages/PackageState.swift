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

    /// The facts about some packages, which need not be asked where a program is there.
    package static func facts(of names: [String], unless program: String? = nil) -> FactSet {
        var facts = FactSet()
        for name in names { facts.insert(PackageFact(name, unless: program)) }
        return facts
    }

    /// Takes the facts about some packages, one at least, out of what a host has answered; nil where they were not asked
    /// because the program is there.
    ///
    /// - Parameter purpose: what would have been installed.
    package init?(
        _ facts: Facts,
        of names: [String],
        unless program: String? = nil,
        purpose: String
    ) throws(PlanError) {
        var state: PackageState?
        for name in names {
            do throws(PlanError) {
                guard let answer = try facts.value(of: PackageFact(name, unless: program)) else { return nil }
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
