import RemoteHost

/// `authorized-key`: a public key may log in as a user, if wished for one purpose only.
package struct AuthorizedKeyModule: Module {
    package static let keyword = "authorized-key"
    package static let summary = "A public key may log in as a user, restricted to one command if wished."
    package static let parameters: [Parameter] = [
        .required("user", "user as whom the key may log in"),
        .required("key", "the public key: type, base64, comment"),
        .optional(
            "marker",
            "last word of the line that marks it as ours, an older line with it is replaced; without, a line with the key stays as it is"
        ),
        .optional("comment", "word before the marker, for people"),
        .optional(
            "command",
            "the only command that the key may run, one word a line; forwarding and terminals are off"
        ),
        .optional("from", "where the key may come from, as sshd's from= has it; needs a command; empty for anywhere"),
        .optional(
            "directories",
            "what becomes of directories that our line's command names and 'command' does not: replace (they go), add (they stay), one (an error)"
        ),
        .optional("former", "with directories = one: directories that 'command' takes the place of, one a line"),
        .optional("kept", "of the directories that the line names already, only these stay, one a line; empty for all"),
    ]

    private let user: String
    private let key: Deferred<String>
    private let line: AuthorizedKeyLine

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        user = try arguments.account("user")
        key = try arguments.deferredText("key")
        line = try AuthorizedKeyLine(arguments)
    }

    package var files: [WantedFile] {
        let known: WantedFile.Line
        switch (key, line.marker) {
        case (.known(let key), .known): known = .known(line.wanted(key.split(separator: " ")))
        case (.known(let key), .afterApply): known = .unknown(line.wanted(key.split(separator: " ")))
        case (.afterApply, _):
            known = .unknown(line.wanted([Substring(WantedFile.Line.placeholder("the public key"))]))
        }
        return [WantedFile(path: "~\(user)/.ssh/authorized_keys", owner: user, mode: 0o600, content: .lines([known]))]
    }

    package var facts: FactSet { FactSet(AuthorizedKeysFact(of: user)) }

    package func state(from facts: Facts) throws(PlanError) -> AuthorizedKeysFact.Value {
        try facts.value(of: AuthorizedKeysFact(of: user))
    }

    package func plan(_ state: AuthorizedKeysFact.Value, in context: PlanContext) throws(PlanError) -> TaskPlan {
        if state.isLocked {
            throw PlanError(
                "sshd lets nobody in as \(user): the account is locked, and UsePAM is off",
                hint: "usermod -p '*' \(user) there lets keys in, and no password"
            )
        }
        guard case .known(let key) = key, case .known(let marker) = line.marker else {
            return .knownAfterApply("let a key that is still to be made log in as \(user)")
        }
        let words = key.split(separator: " ")
        guard words.count >= 2, key.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
            throw PlanError("'\(key)' is not a public key")
        }
        let ours = state.lines.filter { line.isOurs($0, key: words[1]) }
        if marker == nil, !ours.isEmpty { return .ok() }
        let wanted = try line.completed(with: ours, of: user).wanted(words)
        let wantedBytes = Array(wanted.utf8)
        if ours == [wantedBytes] { return .ok() }
        let comment = line.comment ?? marker ?? words.dropFirst(2).joined(separator: " ")
        let file = "\"$home/.ssh/authorized_keys\""
        let edit = LineEdit(file: file, remove: ours.filter { $0 != wantedBytes }, add: [wanted])
        let account = shellQuoted(user)
        let findHome = "home=\(shellQuoted(state.home))"
        return .change(
            Change(
                "let the key\(comment.isEmpty ? "" : " of \(comment)") log in as \(user)",
                diff: edit.diff,
                precondition: edit.precondition.isEmpty ? "" : "\(findHome)\n\(edit.precondition)",
                script: """
                    \(findHome)
                    \(makeFolder(for: account))
                    \(edit.script(rights: "chmod 600 \"$new\"; chown \(account): \"$new\""))
                    echo \(Self.changedWord)
                    """,
                writes: ["\(state.home)/.ssh/authorized_keys"]
            )
        )
    }

    /// Makes the user's `.ssh`, aside, so that a run that is killed leaves none that the user cannot enter. An empty one of
    /// root's, as older versions may have left it, is given to the user.
    private func makeFolder(for account: String) -> String {
        """
        folder=$home/.ssh
        if [ ! -d "$folder" ]; then
            mkdir -p -- "$home"
            name_aside "$folder"
            mkdir -m 700 -- "$new"
            chown \(account): "$new"
            put_in_place "$new" "$folder"
        elif [ -z "$(ls -A -- "$folder")" ] && [ "$(stat -c %u -- "$folder")" -eq 0 ]; then
            chown \(account): "$folder"
        fi
        """
    }

    /// What later tasks see of a line that was changed; of one that was there already they see nothing.
    private static let changedWord = "changed"
}
