import ArgumentParser

/// The script by which a shell completes command lines: ArgumentParser's, set right where it is wrong.
struct CompletionScript {
    /// The script.
    let text: String

    /// Makes the script of a shell.
    init(for shell: CompletionShell) {
        var text = Lockstep.completionScript(for: shell)
        // Nobody has asked yet: what goes wrong is not told.
        for call in Self.calls { text = text.replacing(call, with: "\(call) 2>/dev/null") }
        switch shell {
        case .bash: text = Self.wholeWords + text.replacing("-F _lockstep ", with: "-F _lockstep_whole_words ")
        // fish 3 knows the place of the cursor in a token only while somebody types, not for `complete -C`.
        case .fish: text = text.replacing("(__lockstep_tokens -tC)", with: "(string length -- (commandline -ct))")
        default: break
        }
        self.text = text + "\n"
    }

    /// How the scripts of bash, zsh and fish ask this program.
    private static let calls = [
        #""${COMP_WORDS[0]}" "${@}" "${words[@]}""#, #""${command_name}" "${@}" "${command_line[@]}""#,
        "command $tokens[1] $argv $tokens",
    ]

    /// bash ends words at colons, which are a part of host patterns: this puts them together again, and takes from the
    /// answers what bash will leave standing.
    private static let wholeWords = #"""
        _lockstep_whole_words() {
            local before="${COMP_LINE:0:COMP_POINT}"
            local whole="${before##*[[:space:]]}"
            if [[ "${whole}" != *:* || "${COMP_WORDBREAKS}" != *:* || "${whole}" = [\'\"]* ]]; then
                _lockstep "${@}"
                return
            fi
            local -a COMP_WORDS
            read -r -a COMP_WORDS <<<"${before}"
            local -i COMP_CWORD="$((${#COMP_WORDS[@]} - 1))"
            local COMP_LINE="${before}"
            _lockstep "${1}" "${whole}" "${COMP_WORDS[COMP_CWORD - 1]}"
            COMPREPLY=("${COMPREPLY[@]#"${whole%:*}:"}")
        }


        """#
}
