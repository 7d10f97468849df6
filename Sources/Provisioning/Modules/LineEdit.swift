import RemoteHost

/// An exchange of whole lines in a file that others write to as well: their lines stay as they are.
struct LineEdit: Sendable, Hashable {
    /// The file, as a shell word; it may be an expansion such as `"$f"`.
    var file: String
    /// Lines that go.
    var remove: [String]
    /// Lines that come.
    var add: [String]

    /// Succeeds while every line that goes is still there.
    var precondition: String {
        remove.isEmpty ? "" : remove.map { "grep -qxF -e \(shellQuoted($0)) \(file)" }.joined(separator: " && ")
    }

    /// Writes a copy with the lines exchanged, keeps owner and mode, and moves it into place.
    ///
    /// `rights` are commands that give a file made anew its owner and mode; they see it as `"$new"`.
    func script(rights: String) -> String {
        let gone = (remove + add).map { "-e \(shellQuoted($0))" }.joined(separator: " ")
        return """
            target=$(readlink -f \(file))
            new=$(mktemp "$target.XXXXXX")
            trap 'rm -f "$new"' EXIT
            if [ -e "$target" ]; then
                cp -p "$target" "$new"
                grep -vxF \(gone) "$target" >"$new" || [ $? -eq 1 ]
            else
                \(rights.isEmpty ? ":" : rights)
            fi
            printf '%s\\n' \(add.map(shellQuoted).joined(separator: " ")) >>"$new"
            mv -f "$new" "$target"
            """
    }

    /// What differs, as lines of a diff.
    var diff: [String] { remove.map { "- \($0)" } + add.map { "+ \($0)" } }
}
