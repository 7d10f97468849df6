/// Whether a package is installed, by which package manager, and what that one's packages are made for.
package struct PackageFact: SharedFact {
    package static let kind = "package"
    package typealias Value = PackageState

    /// The package's name.
    package let name: String

    /// Makes a fact.
    package init(_ name: String) {
        self.name = name
    }

    /// One question to the package manager for all packages.
    package static func script(asking facts: [PackageFact]) -> String {
        let cases = PackageFamily.allCases.map { family in
            let manager = family.manager
            return """
                if \(manager.detection); then
                    version() { \(manager.version); }
                    say_host \(family.rawValue)
                    \(manager.query)
                """
        }
        return """
            \(shellFile(PackageResources.packages_sh, facts.map(\.name)))
            \(cases.joined(separator: "\nel"))
            else say_host none
            fi
            :
            """
    }

    package static func values(
        of facts: [PackageFact],
        in output: ProbeOutput
    ) -> [PackageFact: Result<PackageState, PlanError>] {
        let lines = output.lines
        let words = lines.first?.split(separator: " ") ?? []
        let family = words.count == 2 ? PackageFamily(rawValue: String(words[0])) : nil
        let installed = Set(lines.dropFirst())
        var values: [PackageFact: Result<PackageState, PlanError>] = [:]
        for fact in facts {
            values[fact] = Result { () throws(PlanError) in
                guard let family else {
                    let known = PackageFamily.allCases.map(\.rawValue).joined(separator: ", ")
                    throw PlanError(
                        "this host has no package manager that is known: \(known)\(output.reason)",
                        hint: hint(installing: fact.name)
                    )
                }
                let isInstalled = installed.contains(Substring(fact.name))
                return PackageState(family, String(words[1]), installed: isInstalled ? [fact.name] : [])
            }
        }
        return values
    }

    /// What to do on a host without a package manager.
    static func hint(installing purpose: String) -> String { "install \(purpose) there by hand, then run again" }
}
