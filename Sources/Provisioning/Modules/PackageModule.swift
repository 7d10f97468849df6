import RemoteHost

/// `package`: packages of the distribution are installed.
package struct PackageModule: Module {
    package static let keyword = "package"
    package static let summary = "Packages of the distribution are installed (apt, dnf, zypper, apk, pacman)."
    package static let parameters: [Parameter] = [
        .required("name", "names of the packages, separated by spaces"),
        .optional("program", "absolute path of the program wanted: where it is there, they need not be"),
        .optional("bundle", "local folder that they come from, instead of the host's own sources; empty for none"),
    ]

    private let names: [String]
    private let program: String?
    private let bundle: PackageBundle?

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        _ = try arguments.text("name")
        names = try arguments.words("name")
        for name in names where name.hasPrefix("-") || !name.utf8.allSatisfy(isWordByte) {
            throw ArgumentError("name", "'\(name)' is not a package name")
        }
        program = try arguments.optionalText("program") == nil ? nil : arguments.path("program")
        bundle = try PackageBundle(arguments)
    }

    /// Those of the bundle are asked for with all that they need.
    private var packages: [String] { bundle?.packages(for: names) ?? names }

    package var facts: FactSet { PackageState.facts(of: packages, unless: program) }

    package func state(from facts: Facts) throws(PlanError) -> PackageState? {
        try PackageState(facts, of: packages, unless: program, purpose: names.joined(separator: ", "))
    }

    package func plan(_ state: PackageState?, in context: PlanContext) throws(PlanError) -> TaskPlan {
        guard let state else { return .ok() }
        let missing = names.filter { !state.installed.contains($0) }
        if missing.isEmpty { return .ok() }
        return .change(
            Change(
                "install \(missing.joined(separator: ", "))",
                diff: missing.map { "+ package \($0)" },
                script: try state.install(missing, from: bundle)
            )
        )
    }
}
