import RemoteHost

/// `ssh-key`: a host has a key pair of its own; its output is the public half.
package struct SSHKeyModule: Module {
    package static let keyword = "ssh-key"
    package static let summary = "An ed25519 key pair exists; the private half never leaves the host."
    package static let parameters: [Parameter] = [
        .required("path", "absolute path of the private key"),
        .required("comment", "comment of the key"),
        .optional("owner", "user that owns it"),
    ]

    private let path: String
    private let comment: String
    private let owner: String?

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        path = try arguments.path("path")
        comment = try arguments.text("comment")
        guard comment.utf8.allSatisfy(isWordByte) else {
            throw ArgumentError("comment", "'comment' must be one plain word, not '\(comment)'")
        }
        owner = try arguments.optionalAccount("owner")
    }

    package var files: [WantedFile] {
        [
            WantedFile(path: path, owner: owner, mode: 0o600, content: .madeThere("a private key, which stays there")),
            WantedFile(path: "\(path).pub", owner: owner, content: .madeThere("its public half")),
        ]
    }

    package var facts: FactSet { FactSet(SSHKeyFact(path)) }

    package func state(from facts: Facts) throws(PlanError) -> SSHKeyFact.Value {
        try facts.value(of: SSHKeyFact(path))
    }

    package func plan(_ state: SSHKeyFact.Value, in context: PlanContext) throws(PlanError) -> TaskPlan {
        let word = shellQuoted(path)
        let takeOver = owner.map { "chown -- \(shellQuoted($0)) \(word) \(word).pub\n" } ?? ""
        switch state {
        case .key(let publicHalf, let presentOwner, let mode):
            if mode & 0o077 == 0, owner == nil || owner == presentOwner { return .ok(output: publicHalf) }
            return .change(
                Change(
                    "set the rights of \(path)",
                    precondition: "[ -e \(word) ]",
                    script: "chmod 600 \(word)\n\(takeOver)ssh-keygen -y -P '' -f \(word)"
                )
            )
        case .unreadable(let reason):
            throw PlanError(
                "the private key \(path) cannot be read\(reason)",
                hint: "move it away, and the next run makes a new one and puts it in place everywhere"
            )
        case .absent:
            return .change(
                Change(
                    "make the key \(path)",
                    diff: ["+ \(path)"],
                    precondition: "[ ! -e \(word) ]",
                    // Made aside and moved into place, the public half first: a run that is killed leaves no half key.
                    script: """
                        command -v ssh-keygen >/dev/null || { echo "ssh-keygen is not installed (openssh-client)"; exit 1; }
                        name_aside \(word)
                        ssh-keygen -q -t ed25519 -N '' -C \(shellQuoted(comment)) -f "$new"
                        put_in_place "$new.pub" \(word).pub
                        put_in_place "$new" \(word)
                        \(takeOver)cat \(word).pub
                        """,
                    writes: [path, path + ".pub"]
                )
            )
        }
    }
}
