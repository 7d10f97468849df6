import RemoteHost

/// `directory`: a directory is there, with the rights that are wished.
package struct DirectoryModule: Module {
    package static let keyword = "directory"
    package static let summary = "A directory exists, with owner, group and mode as wished."
    package static let parameters: [Parameter] =
        [
            .required("path", "absolute path of the directory"),
            .optional("made_for", "user that owns it when it has to be made; one that is there stays as it is"),
        ] + WantedAttributes.parameters

    private let path: String
    private let attributes: WantedAttributes
    private let madeFor: String?

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        path = try arguments.path("path")
        attributes = try WantedAttributes(arguments)
        madeFor = try arguments.optionalAccount("made_for")
    }

    package var probe: String { FileState.probe(path: path) }

    package func state(from output: ProbeOutput) throws(PlanError) -> FileState { try FileState(output) }

    package func plan(_ state: FileState, in context: PlanContext) throws(PlanError) -> TaskPlan {
        let word = shellQuoted(path)
        switch state {
        case .directory(let present):
            let differences = attributes.differences(from: present)
            if differences.isEmpty { return .ok() }
            return .change(
                Change(
                    "set the rights of \(path)",
                    diff: differences,
                    precondition: state.precondition(path: path),
                    script: attributes.script(path: word)
                )
            )
        case .absent:
            var first = attributes
            first.owner = attributes.owner ?? madeFor
            return .change(
                Change(
                    "make \(path)",
                    diff: ["+ \(path)/"],
                    precondition: state.precondition(path: path),
                    script: "mkdir -p -- \(word)\n\(first.script(path: word))"
                )
            )
        case .file, .other:
            throw PlanError("\(path) is there, but it is no directory", hint: "move it away, or name another path")
        }
    }
}
