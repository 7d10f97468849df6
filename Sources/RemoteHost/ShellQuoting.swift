/// A text as one word of POSIX sh, whatever it holds.
///
/// Words of harmless characters stay as they are, so that scripts can be read. NUL cannot stand in a shell word: the
/// caller must have refused it.
package func shellQuoted(_ text: String) -> String {
    let isHarmless = { (byte: UInt8) -> Bool in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "%+,-./:@_".utf8.contains(byte)
        }
    }
    if !text.isEmpty, text.utf8.allSatisfy(isHarmless) { return text }
    // Character by character would take "'" with a combining mark for another character and miss it.
    var quoted = "'"
    for scalar in text.unicodeScalars {
        if scalar == "'" { quoted += "'\\''" } else { quoted.unicodeScalars.append(scalar) }
    }
    return quoted + "'"
}

/// Bytes as one word of POSIX sh. Neither NUL nor a newline at the end can stand in it: the caller must have refused both.
package func shellQuoted(bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return shellQuoted(text) }
    let format = bytes.map { byte in
        let digits = String(byte, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
    return "\"$(printf '\(format.joined())')\""
}
