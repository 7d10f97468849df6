/// A line of an authorized_keys file that has a key, as sshd reads it: sshd(8), AUTHORIZED_KEYS FILE FORMAT.
struct AuthorizedKeysEntry {
    /// The key in base64.
    let key: ArraySlice<UInt8>
    /// What stands behind the key, without white space at its ends.
    let comment: ArraySlice<UInt8>

    /// Reads a line; nil where it is empty, a comment, or anything else without a key.
    init?(_ line: [UInt8]) {
        var rest = line[...]
        // sshd passes over the CR of a line that was written under Windows.
        while let last = rest.last, Self.isBlank(last) || last == UInt8(ascii: "\r") { rest.removeLast() }
        rest = rest.drop(while: Self.isBlank)
        guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
        if !Self.isType(rest.prefix { !Self.isBlank($0) }) {
            rest = rest[Self.endOfOptions(rest)...].drop(while: Self.isBlank)
            guard Self.isType(rest.prefix { !Self.isBlank($0) }) else { return nil }
        }
        rest = rest.drop { !Self.isBlank($0) }.drop(while: Self.isBlank)
        key = rest.prefix { !Self.isBlank($0) }
        guard !key.isEmpty else { return nil }
        comment = rest.dropFirst(key.count).drop(while: Self.isBlank)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// No option begins so: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `sk-ssh-ed25519@openssh.com`.
    private static func isType(_ word: ArraySlice<UInt8>) -> Bool {
        ["ssh-", "ecdsa-", "sk-"].contains { word.starts(with: $0.utf8) }
    }

    /// Where the options end: at white space that does not stand between quotes. A backslash lets a quote stand there.
    private static func endOfOptions(_ text: ArraySlice<UInt8>) -> Int {
        var isQuoted = false
        var index = text.startIndex
        while index < text.endIndex, isQuoted || !isBlank(text[index]) {
            let next = index + 1
            if text[index] == UInt8(ascii: "\\"), next < text.endIndex, text[next] == UInt8(ascii: "\"") {
                index = next
            } else if text[index] == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            index += 1
        }
        return index
    }
}
