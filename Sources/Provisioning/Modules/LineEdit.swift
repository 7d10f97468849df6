import RemoteHost

/// An exchange of whole lines in a file that others write to as well: their lines stay as they are, byte for byte.
struct LineEdit: Sendable, Hashable {
    /// The file, as a shell word; it may be an expansion such as `"$f"`.
    var file: String
    /// Lines that go.
    var remove: [[UInt8]]
    /// Lines that come.
    var add: [String]

    /// A command that prints a file without the NUL bytes that a shell would lose: in their place it has the byte 1, so
    /// that the lines keep their number. `file` is a shell word.
    static func printing(_ file: String) -> String { "tr '\\000' '\\001' <\(file)" }

    /// Whether a line that was seen can be named in a script: a line with the byte that stands for NUL cannot.
    static func canName(_ line: [UInt8]) -> Bool { !line.contains(1) && !line.contains(UInt8(ascii: "\n")) }

    /// Succeeds while every line that goes is still there.
    var precondition: String {
        remove.map { "has_line \(file) \(shellQuoted(bytes: $0))" }.joined(separator: " && ")
    }

    /// Writes a copy with the lines exchanged, keeps owner and mode, and moves it into place.
    ///
    /// `rights` are commands that give a file made anew its owner and mode; they see it as `"$new"`.
    func script(rights: String) -> String {
        let added = add.map(shellQuoted)
        // What is there already comes to the end: it is taken out and put in again.
        let gone = remove.map(shellQuoted(bytes:)) + added
        return """
            set_rights() {
            \(rights.isEmpty ? ":" : rights)
            }
            edit_lines \(([file, "\(gone.count)"] + gone + added).joined(separator: " "))
            """
    }

    /// The edit with what another one of the same file does.
    func joined(with other: LineEdit) -> LineEdit {
        LineEdit(file: file, remove: remove + other.remove, add: add + other.add)
    }

    /// The lines that go, as lines of a diff.
    var removed: [String] { remove.map { "- \(String(decoding: $0, as: UTF8.self))" } }

    /// What differs, as lines of a diff.
    var diff: [String] { removed + add.map { "+ \($0)" } }
}
