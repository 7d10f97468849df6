/// The command line that leads from the login shell to a script's own `sh`, and what stands before the script.
///
/// The line means the same to sh, csh and fish: plain words and words in single quotes, without `!`, backslash, newline
/// or another quote in them. The `sh` that it starts prints the opening mark once it has the wanted rights, and passes
/// over all input before the script, such as what is left of an answer that was not asked for. What a login shell's
/// start-up files take of the input therefore never is a part of the script: without its first line nothing runs.
struct ShellLine: Sendable, Hashable {
    /// The rights that the script needs.
    let privilege: Privilege
    /// What tells this command from all others.
    let nonce: String

    /// What `sh` prints when it is ready for the script: a line with nothing else on it behind this.
    var mark: String { "lockstep \(nonce)\n" }

    /// What sudo's question begins with. It is written in another way on the command line, so that a login shell which
    /// shows the command line that it runs asks nothing.
    var question: String { "[lockstep %\(nonce) " }

    /// The command line, for a script of that many bytes.
    func text(scriptLength: Int) -> String {
        switch privilege {
        case .none: "\(shell(Self.opening)) \(nonce)"
        case .sudo(let user, nil): "sudo -n -u \(shellQuoted(user)) -- \(shell(Self.opening)) \(nonce)"
        case .sudo(let user, .some):
            "sudo -S -p '[lockstep %%\(nonce) %p] ' -u \(shellQuoted(user)) -- \(shell(Self.opening)) \(nonce)"
        case .doas(let user, nil): "doas -n -u \(shellQuoted(user)) \(shell(Self.opening)) \(nonce)"
        case .doas(let user, .some):
            "doas -u \(shellQuoted(user)) \(shell(Self.openingAtTerminal)) \(nonce) \(scriptLength)"
        }
    }

    /// The line before the script.
    ///
    /// A forced command takes our line away and may run our input instead. Without other rights that is as good, if it
    /// is an `sh`, and this line then prints the mark.
    var firstInput: String {
        // An empty line before it, for a start-up file that waits for a key.
        privilege == .none ? "\necho lockstep \(nonce)\n" : "\n: lockstep \(nonce)\n"
    }

    /// What begins a script that must not run with other rights than these.
    var rightsCheck: String {
        guard let (_, user) = privilege.grant else { return "" }
        // sudo takes a number with a mark before it.
        let account = shellQuoted(user.hasPrefix("#") ? String(user.dropFirst()) : user)
        let complaint = "lockstep: this shell does not run with the rights of \(user); is there a forced command?"
        return """
            if [ "$1" != \(nonce) ] || [ "$(id -u)" != "$(id -u \(account))" ]; then
                echo \(shellQuoted(complaint)) >&2
                exit \(Self.wrongRightsStatus)
            fi

            """
    }

    /// The status of a script that found itself with other rights than it needs.
    static let wrongRightsStatus = 77
    /// The status of a shell whose script never came.
    static let noScriptStatus = 74

    private func shell(_ text: String) -> String { "sh -c '\(text)'" }

    private static let waiting =
        #"while IFS= read -r l; do case "$l" in ": lockstep $0" | "echo lockstep $0") "#
    private static let complaining =
        #"done; echo "lockstep: the script did not arrive; does a start-up file of the login shell read it?" >&2; "#
        + "exit \(noScriptStatus)"

    private static let opening =
        #"echo "lockstep $0"; "# + waiting + #"exec sh -s "$0" ;; esac; "# + complaining

    /// At a terminal input has no end, and `sh -s` would take a person to sit there: the script is read by its length.
    private static let openingAtTerminal =
        #"echo "lockstep $0"; "# + waiting + #"s=$(head -c "$1"); set -- "$0"; eval "$s"; exit ;; esac; "# + complaining
}
