package import Provisioning
import RemoteHost

/// `lsyncd`: an lsyncd is there, and a link leads to it, so that the services need not know where it comes from.
///
/// What is built of a tarball stands in a directory of its own, named by the tarball's checksum: another tarball is built
/// beside it, the link is turned, and the old one goes. Nothing of it is anywhere else but the packages that building
/// needed, which are listed in its file `SOURCE`.
package struct LsyncdModule: Module {
    package static let keyword = "lsyncd"
    package static let summary =
        "An lsyncd is installed, of the distribution or from a tarball, and a link leads to it."
    package static let parameters: [Parameter] = [
        .required("link", "absolute path of the link"),
        .required(
            "install",
            "package: the distribution's; source: built of a tarball; none: the one in the host's PATH"
        ),
        .optional("source", "local path of the tarball, for source"),
        .optional("bundle", "local folder that packages come from, instead of the host's own sources; empty for none"),
    ]

    private let link: String
    private let way: Way
    private let bundle: PackageBundle?

    /// How the host comes to its lsyncd.
    private enum Way {
        case package
        case source(LsyncdTarball)
        case none
    }

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        link = try arguments.path("link")
        bundle = try PackageBundle(arguments)
        switch try arguments.choice("install", of: ["package", "source", "none"], default: "package") {
        case "source": way = .source(try LsyncdTarball(readAt: arguments.text("source")))
        case "none": way = .none
        default: way = .package
        }
    }

    /// What a host has of it.
    package struct State: Sendable, Hashable {
        /// Which lsyncd it has.
        var install: LsyncdInstallFact.Value
        /// What can be installed, as far as that matters.
        var packages: PackageState?
    }

    /// The packages that matter, those of all families together.
    private var packages: [String] {
        let names: [String] =
            switch way {
            case .package: ["lsyncd"]
            case .source: PackageFamily.allCases.flatMap(\.buildTools)
            case .none: []
            }
        return bundle?.packages(for: names) ?? Set(names).sorted()
    }

    /// The program for whose sake they are installed: where it is there, they need not be asked for.
    private var packagedProgram: String? {
        if case .package = way { "/usr/bin/lsyncd" } else { nil }
    }

    package var facts: FactSet {
        var facts = FactSet(LsyncdInstallFact(link))
        facts.formUnion(PackageState.facts(of: packages, unless: packagedProgram))
        return facts
    }

    package func state(from facts: Facts) throws(PlanError) -> State {
        var state = State(install: try facts.value(of: LsyncdInstallFact(link)), packages: nil)
        if !packages.isEmpty {
            state.packages = try PackageState(
                facts,
                of: packages,
                unless: packagedProgram,
                purpose: "what lsyncd needs"
            )
        }
        return state
    }

    package func plan(_ state: State, in context: PlanContext) throws(PlanError) -> TaskPlan {
        var (steps, diff): ([String], [String]) = ([], [])
        let program: String
        switch way {
        case .package:
            program = "/usr/bin/lsyncd"
            if let host = state.packages, !host.installed.contains("lsyncd") {
                // In a subshell: it may have a trap of its own.
                steps.append("(\n\(try host.install(["lsyncd"], from: bundle))\n)")
                diff.append("+ package lsyncd")
            }
        case .source(let tarball):
            let place = buildsPrefix + tarball.digest
            program = place + "/bin/lsyncd"
            if let host = state.packages, !state.install.built.contains(place) {
                let tools = host.family.buildTools.filter { !host.installed.contains($0) }
                if !tools.isEmpty {
                    steps.append("(\n\(try host.install(tools, from: bundle))\n)")
                }
                steps.append(tarball.build(into: place, with: tools))
                diff += tools.map { "+ package \($0)" } + ["+ \(program), of \(tarball.name)"]
            }
        case .none:
            guard let found = state.install.found else {
                throw PlanError(
                    "there is no lsyncd in PATH",
                    hint: "install it there, or let Lockstep do it: lsyncd_install = package or source"
                )
            }
            program = found
        }
        if state.install.linked != program {
            steps.append(
                """
                name_aside \(shellQuoted(link))
                ln -s -- \(shellQuoted(program)) "$new"
                put_in_place "$new" \(shellQuoted(link))
                """
            )
            diff += (state.install.linked.map { ["- \(link) -> \($0)"] } ?? []) + ["+ \(link) -> \(program)"]
        }
        for place in state.install.built.sorted() where place + "/bin/lsyncd" != program {
            steps.append("rm -rf -- \(shellQuoted(place))")
            diff.append("- \(place)/")
        }
        if steps.isEmpty { return .ok() }
        return .change(Change(summary(diff), diff: diff, script: steps.joined(separator: "\n"), writes: [link]))
    }

    private func summary(_ diff: [String]) -> String {
        if case .source(let tarball) = way, diff.contains(where: { $0.hasSuffix(tarball.name) }) {
            return "build lsyncd of \(tarball.name)"
        }
        return diff.contains("+ package lsyncd") ? "install lsyncd" : "choose another lsyncd"
    }

    private var buildsPrefix: String { link + "-" }
}

extension PackageFamily {
    /// What building lsyncd needs. Lua 5.3 is taken where there is a choice: it is the one that was tried most.
    fileprivate var buildTools: [String] {
        switch self {
        case .apt: ["cmake", "g++", "gcc", "libc6-dev", "liblua5.3-dev", "lua5.3", "make"]
        case .dnf: ["cmake", "gcc", "gcc-c++", "lua", "lua-devel", "make"]
        case .zypper: ["cmake", "gcc", "gcc-c++", "lua53", "lua53-devel", "make"]
        case .apk: ["cmake", "g++", "gcc", "lua5.3", "lua5.3-dev", "make", "musl-dev"]
        case .pacman: ["cmake", "gcc", "lua53", "make"]
        }
    }
}
