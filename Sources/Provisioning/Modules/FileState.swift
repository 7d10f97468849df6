import RemoteHost

/// What stands at a path on a host.
package enum FileState: Sendable, Hashable {
    /// Nothing.
    case absent
    /// A directory.
    case directory(Attributes)
    /// A regular file, with its content, byte for byte but for NUL, which is lost on the way.
    case file(Attributes, content: [UInt8], checksum: String)
    /// Something else: "socket", "symbolic link", …
    case other(String)

    /// Who owns a file, and who may do what with it.
    package struct Attributes: Sendable, Hashable {
        /// The owner's name, or number where it has none.
        package var owner: String
        /// The group's name, or number where it has none.
        package var group: String
        /// The permission bits.
        package var mode: Int
    }

    /// A snippet that describes what stands at a path; a link is followed.
    static func probe(path: String) -> String {
        """
        f=\(shellQuoted(path))
        if [ -f "$f" ]; then stat -L -c 'file|%U|%G|%a' "$f"; sha256sum <"$f"; cat "$f"
        elif [ -d "$f" ]; then stat -L -c 'directory|%U|%G|%a' "$f"
        elif [ -e "$f" ] || [ -L "$f" ]; then stat -c '%F|%U|%G|%a' "$f"
        else echo absent; fi
        """
    }

    /// Reads what the snippet printed.
    init(_ output: ProbeOutput) throws(PlanError) {
        let parts = output.bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        let description = String(decoding: parts.first ?? [], as: UTF8.self)
        let fields = description.split(separator: "|")
        guard output.status == 0, let kind = fields.first else {
            throw PlanError("it cannot be read: \(output.failureText)")
        }
        if kind == "absent" {
            self = .absent
            return
        }
        guard fields.count == 4, let mode = Int(fields[3], radix: 8) else {
            throw PlanError("its description '\(description)' makes no sense")
        }
        let attributes = Attributes(owner: String(fields[1]), group: String(fields[2]), mode: mode)
        switch (kind, parts.count) {
        case ("directory", _): self = .directory(attributes)
        case ("file", 3):
            let checksum = String(decoding: parts[1], as: UTF8.self)
            self = .file(attributes, content: Array(parts[2]), checksum: checksum)
        default: self = .other(String(kind))
        }
    }

    /// A snippet that succeeds while the path is as it was seen.
    func precondition(path: String) -> String {
        let path = shellQuoted(path)
        return switch self {
        case .absent: "[ ! -e \(path) ] && [ ! -L \(path) ]"
        case .directory: "[ -d \(path) ]"
        case .file(_, _, let checksum): "[ \"$(sha256sum <\(path))\" = \(shellQuoted(checksum)) ]"
        case .other: "[ -e \(path) ] || [ -L \(path) ]"
        }
    }
}

/// The owner, group and mode that a task wants for a path; what is left out may be anything.
struct WantedAttributes: Sendable, Hashable {
    var owner: String?
    var group: String?
    var mode: Int?

    static let parameters: [Parameter] = [
        .optional("owner", "user that owns it"),
        .optional("group", "group that it belongs to"),
        .optional("mode", "permission bits in octal"),
    ]

    init(_ arguments: ModuleArguments) throws(ArgumentError) {
        owner = try arguments.optionalAccount("owner")
        group = try arguments.optionalAccount("group")
        mode = try arguments.mode("mode")
    }

    /// What differs, as lines of a diff.
    func differences(from present: FileState.Attributes) -> [String] {
        var lines: [String] = []
        if let owner, owner != present.owner { lines += ["- owner \(present.owner)", "+ owner \(owner)"] }
        if let group, group != present.group { lines += ["- group \(present.group)", "+ group \(group)"] }
        if let mode, mode != present.mode {
            lines += ["- mode \(octal(present.mode))", "+ mode \(octal(mode))"]
        }
        return lines
    }

    /// The commands that give a path these attributes; `path` is a shell word.
    func script(path: String) -> String {
        var lines: [String] = []
        if let owner { lines.append("chown -- \(shellQuoted(owner)) \(path)") }
        if let group { lines.append("chgrp -- \(shellQuoted(group)) \(path)") }
        if let mode { lines.append("chmod -- \(octal(mode)) \(path)") }
        return lines.joined(separator: "\n")
    }

    private func octal(_ mode: Int) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
