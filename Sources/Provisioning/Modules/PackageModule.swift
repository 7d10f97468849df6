import RemoteHost

/// `package`: packages of the distribution are installed.
package struct PackageModule: Module {
    package static let keyword = "package"
    package static let summary = "Packages of the distribution are installed (apt)."
    package static let parameters: [Parameter] = [.required("name", "names of the packages, separated by spaces")]

    private let names: [String]

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        _ = try arguments.text("name")
        names = try arguments.words("name")
        for name in names where name.hasPrefix("-") || !name.utf8.allSatisfy(isWordByte) {
            throw ArgumentError("name", "'\(name)' is not a package name")
        }
    }

    package var probe: String {
        """
        command -v apt-get >/dev/null || { echo unsupported; exit 0; }
        dpkg-query -W -f='${Package} ${Version} ${db:Status-Status}\\n' \(names.joined(separator: " "))
        :
        """
    }

    /// Names of the packages that are not installed.
    package func state(from output: ProbeOutput) throws(PlanError) -> [String] {
        if output.trimmedText == "unsupported" {
            throw PlanError(
                "this host has no apt-get",
                hint: "install \(names.joined(separator: ", ")) there by hand, then run again"
            )
        }
        let installed = output.lines.map { $0.split(separator: " ") }.filter { $0.last == "installed" }
        return names.filter { name in !installed.contains { $0.first == Substring(name) } }
    }

    package func plan(_ missing: [String], in context: PlanContext) throws(PlanError) -> TaskPlan {
        if missing.isEmpty { return .ok() }
        let install =
            "apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 install \(missing.joined(separator: " "))"
        return .change(
            Change(
                "install \(missing.joined(separator: ", "))",
                diff: missing.map { "+ package \($0)" },
                // Package lists may be old or absent: they are fetched only when the first try shows it.
                script: """
                    export DEBIAN_FRONTEND=noninteractive
                    \(install) || { apt-get -q update && \(install); }
                    """
            )
        )
    }
}
