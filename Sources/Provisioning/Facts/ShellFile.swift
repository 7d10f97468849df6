import RemoteHost

/// A function for scripts: `home_of USER` sets `home` to a user's home directory, to nothing where there is no such user.
package let homeFunction = String(decoding: PackageResources.home_sh, as: UTF8.self)

/// The text of an embedded shell file, which finds some words in `$1`, `$2`, ….
package func shellFile(_ file: [UInt8], _ words: [String] = []) -> String {
    "set -- \(words.map(shellQuoted).joined(separator: " "))\n\(String(decoding: file, as: UTF8.self))"
}
