import RemoteHost

/// `user`: a system user is there, for a service to run as.
package struct UserModule: Module {
    package static let keyword = "user"
    package static let summary = "A system user without a password or a login shell exists."
    package static let parameters: [Parameter] = [
        .required("name", "name of the user and of its group"),
        .required("home", "home directory; it is not made"),
    ]

    private let name: String
    private let home: String

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        name = try arguments.account("name")
        home = try arguments.path("home")
    }

    package var facts: FactSet { FactSet(UserFact(name)) }

    /// Whether the user is there.
    package func state(from facts: Facts) throws(PlanError) -> Bool { try facts.value(of: UserFact(name)) }

    package func plan(_ isThere: Bool, in context: PlanContext) throws(PlanError) -> TaskPlan {
        if isThere { return .ok() }
        let word = shellQuoted(name)
        return .change(
            Change(
                "make the system user \(name)",
                diff: ["+ user \(name)"],
                precondition: "! id -u -- \(word)",
                script: "useradd --system --user-group --no-create-home --home-dir \(shellQuoted(home))"
                    + " --shell /usr/sbin/nologin -- \(word)"
            )
        )
    }
}
