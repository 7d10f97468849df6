import RemoteHost

/// Whether a package is installed, by which package manager, and what that one's packages are made for; nil where the
/// program is there for whose sake the package would be installed, so that nothing had to be asked.
package struct PackageFact: SharedFact {
    package static let kind = "package"
    package typealias Value = PackageState?

    /// The package's name.
    package let name: String
    /// The path of the program that makes the question needless.
    package let program: String?

    /// Makes a fact.
    package init(_ name: String, unless program: String? = nil) {
        (self.name, self.program) = (name, program)
    }

    package var subject: String { name }

    package static func shown(_ state: PackageState?) -> ShownValue {
        state.map { ShownValue(reflecting: $0) } ?? .text("not asked, as its program is there")
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
        let programs = Set(facts.compactMap(\.program)).sorted().map { program in
            let names = facts.filter { $0.program == program }.map { shellQuoted($0.name) }
            return """
                if [ -x \(shellQuoted(program)) ]; then printf 'there %s\\n' \(shellQuoted(program))
                else set -- "$@" \(names.joined(separator: " "))
                fi
                """
        }
        return """
            \(shellFile(PackageResources.packages_sh, facts.filter { $0.program == nil }.map(\.name)))
            \(programs.joined(separator: "\n"))
            [ $# -gt 0 ] || exit 0
            \(cases.joined(separator: "\nel"))
            else say_host none
            fi
            :
            """
    }

    package static func values(
        of facts: [PackageFact],
        in output: ProbeOutput
    ) -> [PackageFact: Result<PackageState?, PlanError>] {
        let prefix = "there "
        let programs = Set(output.lines.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
        let lines = output.lines.filter { !$0.hasPrefix(prefix) }
        let words = lines.first?.split(separator: " ") ?? []
        let family = words.count == 2 ? PackageFamily(rawValue: String(words[0])) : nil
        let installed = Set(lines.dropFirst())
        var values: [PackageFact: Result<PackageState?, PlanError>] = [:]
        for fact in facts {
            values[fact] = Result { () throws(PlanError) in
                if let program = fact.program, programs.contains(program) { return nil }
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
