import RemoteHost

/// Whether a path is a directory in which there is nothing.
package struct EmptyDirectoryFact: SharedFact {
    package static let kind = "empty-directory"
    package typealias Value = Bool

    /// The path; a link there is followed.
    package let path: ExactPath

    /// Makes a fact.
    package init(_ path: String) {
        self.path = ExactPath(path)
    }

    /// The shell itself looks: no process is started.
    package static func script(asking facts: [EmptyDirectoryFact]) -> String {
        """
        for path in \(facts.map { shellQuoted($0.path.text) }.joined(separator: " ")); do
            [ -d "$path" ] && [ -r "$path" ] || continue
            set -- "$path"/* "$path"/.[!.]* "$path"/..?*
            for name do
                if [ -e "$name" ] || [ -L "$name" ]; then continue 2; fi
            done
            printf '%s\\n' "$path"
        done
        """
    }

    package static func values(
        of facts: [EmptyDirectoryFact],
        in output: ProbeOutput
    ) -> [EmptyDirectoryFact: Result<Bool, PlanError>] {
        let empty = Set(output.byteLines.map { ExactPath(String(decoding: $0, as: UTF8.self)) })
        return Dictionary(uniqueKeysWithValues: facts.map { ($0, .success(empty.contains($0.path))) })
    }
}
