import FoundationEssentials
import RemoteHost

/// A local folder of packages for hosts without a network, as `lockstep bundle create` makes it: in it a folder for each
/// platform, in that one for each package, and in that the package's file with those of all that it needs.
package struct PackageBundle: Sendable, Hashable {
    /// The folder.
    package let path: String
    /// The files by platform, such as `debian-12-x86_64`, and package.
    private let files: [String: [String: [String]]]

    /// Looks at what is in the folder.
    package init(at path: String) throws(ArgumentError) {
        self.path = path
        var files: [String: [String: [String]]] = [:]
        do {
            for platform in try Self.folders(in: path) {
                for package in try Self.folders(in: "\(path)/\(platform)") {
                    files[platform, default: [:]][package] = try FileManager.default.contentsOfDirectory(
                        atPath: "\(path)/\(platform)/\(package)"
                    ).sorted()
                }
            }
        } catch {
            throw ArgumentError("bundle", "the bundle '\(path)' cannot be read")
        }
        guard !files.isEmpty else { throw ArgumentError("bundle", "the bundle '\(path)' has no packages in it") }
        self.files = files
    }

    /// The bundle that a task names; none where it names none.
    package init?(_ arguments: ModuleArguments) throws(ArgumentError) {
        guard let path = try arguments.optionalText("bundle"), !path.isEmpty else { return nil }
        try self.init(at: path)
    }

    private static func folders(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { name in
            var isDirectory = false
            return !name.hasPrefix(".")
                && FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory) && isDirectory
        }
    }

    /// The names of packages, with those of all that they need, on any platform.
    package func packages(for names: [String]) -> [String] {
        let needed = files.values.flatMap { packages in names.flatMap { packages[$0] ?? [] } }
        let found = needed.flatMap { file in PackageFamily.allCases.compactMap { $0.manager.package(of: file) } }
        return Set(names + found.filter { $0.utf8.allSatisfy(isWordByte) && !$0.hasPrefix("-") }).sorted()
    }

    /// A script that brings packages to a host and installs them, with those that they need and the host has not.
    package func install(_ names: [String], on host: PackageState) throws(PlanError) -> String {
        guard let here = files[host.platform] else {
            let platforms = files.keys.sorted().joined(separator: ", ")
            throw PlanError(
                "the bundle has no packages for \(host.platform), only for \(platforms)",
                hint: "run 'lockstep bundle create \(path)' on such a machine that has a network"
            )
        }
        var script: [String: String] = [:]
        for name in names {
            guard let files = here[name] else {
                throw PlanError(
                    "the bundle has no \(name) for \(host.platform)",
                    hint: "run 'lockstep bundle create \(path) \(name)' on such a machine that has a network"
                )
            }
            for file in files {
                guard let package = host.family.manager.package(of: file), !host.installed.contains(package) else {
                    continue
                }
                guard let bytes = FileManager.default.contents(atPath: "\(path)/\(host.platform)/\(name)/\(file)")
                else {
                    throw PlanError("the bundle's \(host.platform)/\(name)/\(file) cannot be read")
                }
                // A colon of a version, which apt writes so, would be read as one again.
                let plain = file.replacing("%3a", with: ".")
                script[file] = bytes.script(writing: "\"$new\"/\(shellQuoted(plain))")
            }
        }
        let copies = script.sorted { $0.key < $1.key }.map(\.value)
        return
            (["new=$(mktemp -d)", "trap 'rm -rf \"$new\"' EXIT"] + copies + [host.family.manager.installFiles(names)])
            .joined(separator: "\n")
    }
}

extension PackageState {
    /// A script that installs packages on the host: from the bundle, or where there is none from the host's own sources.
    package func install(_ names: [String], from bundle: PackageBundle?) throws(PlanError) -> String {
        try bundle?.install(names, on: self) ?? family.manager.install(names)
    }
}

extension Data {
    /// A command that writes the bytes to a file on a host; `path` is a shell word.
    package func script(writing path: String) -> String {
        """
        base64 -d >\(path) <<'END'
        \(base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed]))
        END
        """
    }
}
