import RemoteHost

/// `template`: a file has the content that a template gives.
package struct TemplateModule: Module {
    package static let keyword = "template"
    package static let summary = "A file has the content of a rendered template; it is replaced in one step."
    package static let parameters: [Parameter] =
        [
            .required("src", "name of the template"),
            .required("dest", "absolute path of the file"),
            .optional("validate", "command that must accept the new file, '%s', before it takes its place"),
            .optional("backup", "yes: the file before is kept beside it as DEST.previous"),
        ] + WantedAttributes.parameters

    package static let shellParameters: Set<String> = ["validate"]

    private let path: String
    private let content: String
    private let attributes: WantedAttributes
    private let validate: String?
    private let keepsPrevious: Bool

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        path = try arguments.path("dest")
        content = try arguments.rendered("src")
        attributes = try WantedAttributes(arguments)
        validate = try arguments.optionalText("validate")
        keepsPrevious = try arguments.flag("backup", default: false)
        if let validate, !validate.split(separator: " ").contains("%s") {
            throw ArgumentError("validate", "'validate' must have '%s', the new file, as a word of its own")
        }
    }

    package var files: [WantedFile] { [WantedFile(path: path, attributes, content: .whole(content))] }

    private var file: FileFact { FileFact(path, expecting: content.utf8) }

    package var facts: FactSet { FactSet(file) }

    package func state(from facts: Facts) throws(PlanError) -> FileState { try facts.value(of: file) }

    package func plan(_ state: FileState, in context: PlanContext) throws(PlanError) -> TaskPlan {
        // Where an earlier task of the run has to do with the file, it will not be as it was seen.
        let isPending = context.pendingWrites.contains(path)
        let precondition = isPending ? "" : state.precondition(path: path)
        switch state {
        case .absent:
            return .change(
                Change(
                    "write \(path)",
                    diff: content.diffLines("+"),
                    precondition: precondition,
                    script: script,
                    writes: [path]
                )
            )
        case .file(let present, _, let old):
            let rights = attributes.differences(from: present)
            if !isPending, old == Array(content.utf8) {
                if rights.isEmpty { return .ok() }
                return .change(
                    Change(
                        "set the rights of \(path)",
                        diff: rights,
                        precondition: precondition,
                        script: attributes.script(path: shellQuoted(path))
                    )
                )
            }
            return .change(
                Change(
                    "rewrite \(path)",
                    diff: lineDifferences(from: old ?? [], to: content) + rights,
                    precondition: precondition,
                    script: script,
                    writes: [path]
                )
            )
        case .directory, .other:
            throw PlanError("\(path) is there, but it is no file", hint: "move it away, or name another path")
        }
    }

    private var script: String {
        // The check may run as another user, and the file has its rights by then.
        let check = validate.map { command in
            "chmod 755 \"$aside\"\n"
                + command.split(separator: " ").map { $0 == "%s" ? "\"$new\"" : String($0) }.joined(separator: " ")
                + " >\"$aside/.check\" 2>&1 || { cat \"$aside/.check\"; exit 1; }"
        }
        let backup = """
            if [ -e "$target" ]; then
                cp -p -- "$target" "$aside/.previous"
                put_in_place "$aside/.previous" "$target.previous"
            fi
            """
        return """
            target=\(shellQuoted(path))
            name_aside "$target"
            printf %s \(shellQuoted(content)) >"$new"
            chmod 0644 "$new"
            \(attributes.script(path: "\"$new\""))
            \(check ?? ":")
            \(keepsPrevious ? backup : ":")
            put_in_place "$new" "$target"
            """
    }
}

extension String {
    /// The text's lines behind a sign.
    fileprivate func diffLines(_ sign: String) -> [String] {
        splitAtLineFeeds().map { "\(sign) \($0)" }
    }
}

/// The lines that go and come between two texts, in their order.
private func lineDifferences(from old: [UInt8], to new: String) -> [String] {
    let newline = UInt8(ascii: "\n")
    let oldLines = old.split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    let newLines = Array(new.utf8).split(separator: newline, omittingEmptySubsequences: false).map(Array.init)
    var gone: Set<Int> = []
    var come: Set<Int> = []
    for change in newLines.difference(from: oldLines) {
        switch change {
        case .remove(let offset, _, _): gone.insert(offset)
        case .insert(let offset, _, _): come.insert(offset)
        }
    }
    var lines: [String] = []
    var (place, newPlace) = (0, 0)
    while place < oldLines.count || newPlace < newLines.count {
        if gone.contains(place) {
            lines.append("- " + String(decoding: oldLines[place], as: UTF8.self))
            place += 1
        } else if come.contains(newPlace) {
            lines.append("+ " + String(decoding: newLines[newPlace], as: UTF8.self))
            newPlace += 1
        } else {
            (place, newPlace) = (place + 1, newPlace + 1)
        }
    }
    return lines
}
