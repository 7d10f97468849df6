import RemoteHost

/// `directory`: a directory is there, with the rights that are wished.
package struct DirectoryModule: Module {
    package static let keyword = "directory"
    package static let summary = "A directory exists, with owner, group and mode as wished."
    package static let parameters: [Parameter] =
        [
            .required("path", "absolute path of the directory"),
            .optional(
                "made_for",
                "user that owns it when it has to be made, or where it is empty and root's; another one stays as it is"
            ),
        ] + WantedAttributes.parameters

    private let path: String
    private let attributes: WantedAttributes
    private let madeFor: String?

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        path = try arguments.path("path")
        attributes = try WantedAttributes(arguments)
        madeFor = try arguments.optionalAccount("made_for")
    }

    /// What stands at the path, and whether that is an empty directory of root's.
    package struct State: Sendable, Hashable {
        var file: FileState
        var isNobodys: Bool
    }

    package var facts: FactSet {
        var facts = FactSet(FileFact(path))
        if madeFor != nil { facts.insert(EmptyDirectoryFact(path)) }
        return facts
    }

    /// A command that succeeds where the path is an empty directory of root's, as it is left by a run that ended between
    /// making it and giving it away.
    private var isNobodys: String {
        let word = shellQuoted(path)
        return "[ -d \(word) ] && [ \"$(stat -L -c %u \(word))\" = 0 ] && [ -z \"$(ls -A -- \(word) | head -n 1)\" ]"
    }

    package func state(from facts: Facts) throws(PlanError) -> State {
        let file = try facts.value(of: FileFact(path))
        guard madeFor != nil, case .directory(let present) = file, present.owner == "root" else {
            return State(file: file, isNobodys: false)
        }
        return State(file: file, isNobodys: try facts.value(of: EmptyDirectoryFact(path)))
    }

    package func plan(_ state: State, in context: PlanContext) throws(PlanError) -> TaskPlan {
        let word = shellQuoted(path)
        let precondition = state.file.precondition(path: path)
        switch state.file {
        case .directory(let present):
            let differences = attributes.differences(from: present)
            if !differences.isEmpty {
                return .change(
                    Change(
                        "set the rights of \(path)",
                        diff: differences,
                        precondition: precondition,
                        script: attributes.script(path: word)
                    )
                )
            }
            guard state.isNobodys, attributes.owner == nil, let madeFor, madeFor != present.owner else { return .ok() }
            return .change(
                Change(
                    "give the empty \(path) to \(madeFor)",
                    diff: ["- owner \(present.owner)", "+ owner \(madeFor)"],
                    precondition: isNobodys,
                    script: "chown -- \(shellQuoted(madeFor)) \(word)"
                )
            )
        case .absent:
            var first = attributes
            first.owner = attributes.owner ?? madeFor
            return .change(
                Change(
                    "make \(path)",
                    diff: ["+ \(path)/"],
                    precondition: precondition,
                    // Made aside: a run that ends early leaves no directory that belongs to another than it should.
                    script: """
                        mkdir -p -- \(shellQuoted(parent))
                        name_aside \(word)
                        mkdir -- "$new"
                        \(first.script(path: "\"$new\""))
                        put_in_place "$new" \(word)
                        """
                )
            )
        case .file, .other:
            throw PlanError("\(path) is there, but it is no directory", hint: "move it away, or name another path")
        }
    }

    private var parent: String {
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
        return end == path.startIndex ? "/" : String(path[..<end])
    }
}
