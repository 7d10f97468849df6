import RemoteHost

/// What stands at a path on a host.
package enum FileState: Sendable, Hashable {
    /// Nothing.
    case absent
    /// A directory.
    case directory(Attributes)
    /// A regular file, with the SHA-256 of its content, and the content itself, where those were asked for.
    case file(Attributes, checksum: String?, content: [UInt8]?)
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

        /// Makes attributes.
        package init(owner: String, group: String, mode: Int) {
            (self.owner, self.group, self.mode) = (owner, group, mode)
        }

        fileprivate var shown: [ShownValue.Field] {
            [
                .init("owner", .text(owner)), .init("group", .text(group)),
                .init("mode", .text(octal(mode))),
            ]
        }
    }

    /// The state as people are told it: of a content its length and its checksum.
    var shown: ShownValue {
        switch self {
        case .absent: return .text("absent")
        case .other(let what): return .text(what)
        case .directory(let attributes): return .fields([.init("is", .text("directory"))] + attributes.shown)
        case .file(let attributes, let checksum, let content):
            let length = content.map { ShownValue.Field("bytes", .number($0.count)) }
            let sum = checksum.map { ShownValue.Field("sha256", .text($0)) }
            return .fields([.init("is", .text("file"))] + attributes.shown + [length, sum].compactMap(\.self))
        }
    }

    /// A snippet that succeeds while the path is as it was seen.
    func precondition(path: String) -> String {
        let path = shellQuoted(path)
        return switch self {
        case .absent: "[ ! -e \(path) ] && [ ! -L \(path) ]"
        case .directory: "[ -d \(path) ]"
        case .file(_, let checksum?, _): "[ \"$(sha256sum <\(path))\" = \(shellQuoted(checksum + "  -")) ]"
        case .file: "[ -f \(path) ]"
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
}

/// Permission bits as people write them.
func octal(_ mode: Int) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
}
