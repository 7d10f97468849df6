import RemoteHost

/// `identity`: a host has an id of its own, made once and kept; its output is the id.
package struct IdentityModule: Module {
    package static let keyword = "identity"
    package static let summary = "A host has an id of its own, which is made once and kept."
    package static let parameters: [Parameter] = [.required("path", "absolute path of the file that holds the id")]

    private let path: String

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        path = try arguments.path("path")
    }

    package var files: [WantedFile] {
        [WantedFile(path: path, content: .madeThere("the host's id, made once"))]
    }

    private var file: FileFact { FileFact(path, .content) }

    package var facts: FactSet { FactSet(file) }

    /// The id; nil where there is no file.
    package func state(from facts: Facts) throws(PlanError) -> String? {
        let text: String
        switch try facts.value(of: file) {
        case .absent: return nil
        case .file(_, _, let content?): text = String(decoding: content, as: UTF8.self).trimmed
        default: text = ""
        }
        let isDigit = { (byte: UInt8) in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        guard text.utf8.count == Self.digits, text.utf8.allSatisfy(isDigit) else {
            throw PlanError(
                "\(path) does not hold an id, which is \(Self.digits) digits from 0 to f",
                hint: "put the id back: it ends the master's line in each slave's authorized_keys, behind 'lockstep:'; "
                    + "where it is lost, move the file away, and the next run makes a new id"
            )
        }
        return text
    }

    package func plan(_ id: String?, in context: PlanContext) throws(PlanError) -> TaskPlan {
        if let id { return .ok(output: id) }
        let word = shellQuoted(path)
        return .change(
            Change(
                "make the id \(path)",
                diff: ["+ \(path)"],
                precondition: "[ ! -e \(word) ]",
                // A link is made only where nothing stands: an id is never replaced, whoever comes at the same moment.
                script: """
                    target=\(word)
                    name_aside "$target"
                    od -An -v -tx1 -N \(Self.digits / 2) /dev/urandom | tr -d ' \\n' >"$new"
                    if [ "$(wc -c <"$new")" -ne \(Self.digits) ]; then
                        echo "/dev/urandom did not give \(Self.digits / 2) bytes" >&2
                        exit 1
                    fi
                    echo >>"$new"
                    chmod 644 "$new"
                    flush "$new"
                    ln "$new" "$target"
                    flush "$target"
                    cat "$target"
                    """,
                writes: [path]
            )
        )
    }

    /// How many digits an id has.
    private static let digits = 32
}
