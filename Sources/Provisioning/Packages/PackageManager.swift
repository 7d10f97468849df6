/// What installs packages on a host, and the words that it takes. Names of packages are plain words for a shell.
package protocol PackageManager: Sendable {
    /// A command that succeeds where the host has it; `has PROGRAM` does where a program is there.
    var detection: String { get }

    /// A command that prints as much of `$VERSION_ID`, the host's version, as decides about packages.
    var version: String { get }

    /// A command that prints the installed ones among the packages `"$@"`, one a line.
    var query: String { get }

    /// Commands that install packages from the host's own sources.
    func install(_ names: [String]) -> String

    /// Commands that install packages from files in the folder `$new`, and ask no other source.
    func installFiles(_ names: [String]) -> String

    /// A script that puts a package, and all that it needs on a system that has nothing, into the folder `$1`.
    func download(_ name: String) -> String

    /// The name of the package that a file of this manager's holds; nil where it is no such file.
    func package(of file: String) -> String?
}

extension PackageManager {
    /// Packages of most are made for just that version.
    package var version: String { "echo \"$VERSION_ID\"" }

    /// What is before the last pieces of a file's name: the package, before its version and what it is made for.
    func name(in file: String, before pieces: Int, separatedBy separator: Character) -> String? {
        let parts = file.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count > pieces else { return nil }
        let name = parts.dropLast(pieces).joined(separator: String(separator))
        return name.isEmpty ? nil : name
    }
}
