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
            "comment that marks the line as ours, an older line with it is replaced; without, a line with the key stays as it is"
        ),
        .optional(
            "command",
            "the only command that the key may run, one word a line; forwarding and terminals are off"
        ),
        .optional("from", "where the key may come from, as sshd's from= has it; needs a command; empty for anywhere"),
    ]

    private let user: String
    private let key: Deferred<String>
    private let marker: String?
    private let command: [String]
    private let from: String?

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        user = try arguments.account("user")
        key = try arguments.deferredText("key")
        marker = try arguments.optionalText("marker")
        command = try arguments.lines("command")
        let from = try arguments.optionalText("from") ?? ""
        self.from = from.isEmpty ? nil : from
        if !from.utf8.allSatisfy({ isWordByte($0) || "/*?!,%".utf8.contains($0) }) {
            throw ArgumentError(
                "from",
                "'from' must be addresses, networks or patterns with commas between, not '\(from)'"
            )
        }
        if let marker, !marker.utf8.allSatisfy(isWordByte) || marker.isEmpty {
            throw ArgumentError("marker", "'marker' must be one plain word, not '\(marker)'")
        }
        if marker == nil, !command.isEmpty {
            throw ArgumentError("command", "'command' needs a 'marker': a line with the key may be there already")
        }
    }

    package var files: [WantedFile] {
        let line: WantedFile.Line =
            switch key {
            case .known(let key): .known(wantedLine(key.split(separator: " ")))
            case .afterApply: .unknown(wantedLine([Substring(WantedFile.Line.placeholder("the public key"))]))
            }
        return [WantedFile(path: "~\(user)/.ssh/authorized_keys", owner: user, mode: 0o600, content: .lines([line]))]
    }

    /// The line of a key of these words: type, base64, comment.
    private func wantedLine(_ words: [Substring]) -> String {
        let comment = marker.map { [Substring($0)] } ?? Array(words.dropFirst(2))
        return options + (words.prefix(2) + comment).joined(separator: " ")
    }

    /// The user's home directory, what keeps keys from logging in, and the lines of its authorized_keys.
    package struct State: Sendable, Hashable {
        var home: String
        var isLocked: Bool
        var lines: [[UInt8]]
    }

    package var probe: String {
        """
        home=$(getent passwd \(shellQuoted(user)) | cut -d: -f6)
        printf '%s\\n' "$home"
        # Without PAM, sshd lets nobody in whose account is locked, with a key neither.
        case $(getent shadow \(shellQuoted(user)) | cut -d: -f2) in
        '!'*) if sshd -T 2>/dev/null | grep -qix 'usepam no'; then echo locked; else echo open; fi ;;
        *) echo open ;;
        esac
        [ ! -e "$home/.ssh/authorized_keys" ] || \(LineEdit.printing("\"$home/.ssh/authorized_keys\""))
        """
    }

    package func state(from output: ProbeOutput) throws(PlanError) -> State {
        let lines = output.byteLines
        guard let home = lines.first.map({ String(decoding: $0, as: UTF8.self) }), home.hasPrefix("/") else {
            throw PlanError("there is no user '\(user)'", hint: "make the user, or name another with sync_user")
        }
        guard output.status == 0 else { throw PlanError("authorized_keys cannot be read\(output.reason)") }
        let isLocked = lines.dropFirst().first == Array("locked".utf8)
        return State(home: home, isLocked: isLocked, lines: Array(lines.dropFirst(2)))
    }

    package func plan(_ state: State, in context: PlanContext) throws(PlanError) -> TaskPlan {
        if state.isLocked {
            throw PlanError(
                "sshd lets nobody in as \(user): the account is locked, and UsePAM is off",
                hint: "usermod -p '*' \(user) there lets keys in, and no password"
            )
        }
        guard case .known(let key) = key else {
            return .knownAfterApply("let a key that is still to be made log in as \(user)")
        }
        let words = key.split(separator: " ")
        guard words.count >= 2, key.unicodeScalars.allSatisfy({ $0.value >= 32 }) else {
            throw PlanError("'\(key)' is not a public key")
        }
        let comment = marker ?? words.dropFirst(2).joined(separator: " ")
        let wanted = wantedLine(words)
        let wantedBytes = Array(wanted.utf8)
        let ours = state.lines.filter { isOurs($0, key: words[1]) }
        if ours == [wantedBytes] || (marker == nil && !ours.isEmpty) { return .ok() }
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
                    if [ ! -d "$home/.ssh" ]; then
                        mkdir -p -m 700 "$home/.ssh"
                        chown \(account): "$home/.ssh"
                    fi
                    \(edit.script(rights: "chmod 600 \"$new\"; chown \(account): \"$new\""))
                    """,
                writes: ["\(state.home)/.ssh/authorized_keys"]
            )
        )
    }

    /// Whether a line lets our key in, or is marked as ours.
    private func isOurs(_ line: [UInt8], key: Substring) -> Bool {
        guard LineEdit.canName(line), let entry = AuthorizedKeysEntry(line) else { return false }
        return entry.key.elementsEqual(key.utf8) || marker.map { entry.comment.elementsEqual($0.utf8) } == true
    }

    /// The options before the key: sshd(8), AUTHORIZED_KEYS FILE FORMAT. Only `"` is special between its quotes.
    private var options: String {
        if command.isEmpty { return "" }
        let line = command.map(shellQuoted).joined(separator: " ")
        let escaped = line.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        return (from.map { "from=\"\($0)\"," } ?? "") + "restrict,command=\"\(escaped)\" "
    }
}
