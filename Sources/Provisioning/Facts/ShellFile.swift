import RemoteHost

/// The text of an embedded shell file, which finds some words in `$1`, `$2`, ….
package func shellFile(_ file: [UInt8], _ words: [String] = []) -> String {
    "set -- \(words.map(shellQuoted).joined(separator: " "))\n\(String(decoding: file, as: UTF8.self))"
}
