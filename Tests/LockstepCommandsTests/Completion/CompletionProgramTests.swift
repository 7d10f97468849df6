import LockstepTestSupport
import Testing

/// A command line to the place where Tab is pressed, and what it may become there.
struct CompletionCase: CustomTestStringConvertible {
    var line: String
    var answers: [String]

    var testDescription: String { "\(line)⇥" }

    init(_ line: String, _ answers: String...) {
        self.line = line
        self.answers = answers
    }

    static let all = [
        CompletionCase("lockstep ex", "exec", "explain"),
        CompletionCase("lockstep explain --in", "--inventory"),
        CompletionCase("lockstep completion ", "bash", "fish", "zsh"),
        CompletionCase("lockstep doc s", "service", "sole-writer", "ssh-key", "sysctl"),
        CompletionCase("lockstep explain ed", "edge1", "edge2", "edge3"),
        CompletionCase("lockstep render --host ed", "edge1", "edge2", "edge3"),
        CompletionCase("lockstep up --allow-delete ", "all", "edge1", "edge2", "edge3"),
        CompletionCase("lockstep --limit s", "slaves"),
        CompletionCase("lockstep up --limit slaves,ed", "slaves,edge1", "slaves,edge2", "slaves,edge3"),
        CompletionCase("lockstep up --limit 'slaves:!ed", "slaves:!edge1", "slaves:!edge2", "slaves:!edge3"),
        CompletionCase("lockstep -i other.ini explain f", "far1", "far2"),
        CompletionCase("lockstep --inventory 'other.ini' up --limit f", "far", "far1", "far2"),
        CompletionCase("lockstep -i nowhere.ini explain "),
        CompletionCase("lockstep -i broken.ini explain "),
        CompletionCase("lockstep -i oth", "other.ini"),
    ]
}

@Suite("Completion in real shells", .timeLimit(.minutes(3)))
struct CompletionProgramTests {
    private static let files = [
        "lockstep.ini": "[master]\nhub source=/srv/site\n[slaves]\nedge[1:3] target=/srv/site\n",
        "other.ini": "[far]\nfar[1:2]\n",
        "broken.ini": "[slaves\nedge1",
    ]

    private static let path = "PATH=${lockstep%/*}:$PATH; export PATH\n"

    /// What the program prints for each shell, which is the same wherever it is asked.
    private static let scripts = Task {
        var scripts: [String: String] = [:]
        for shell in ["bash", "fish", "zsh"] {
            try await WrittenFleet.with([:]) { fleet in
                scripts["completion.\(shell)"] = try await fleet.lockstep("completion", shell).output
            }
        }
        return scripts
    }

    @Test("bash", arguments: CompletionCase.all)
    func bash(completion: CompletionCase) async throws {
        // Words as bash has them: an open quote holds them together, and is not in what is compared.
        let script = """
            source ./completion.bash
            COMP_LINE=$1; COMP_POINT=${#1}
            read -r -a COMP_WORDS <<<"$1"; [[ $1 = *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            word=${COMP_WORDS[COMP_CWORD]}
            $(complete -p lockstep | sed 's/.* -F \\([^ ]*\\) .*/\\1/') lockstep "${word#\\'}" "${COMP_WORDS[COMP_CWORD - 1]}"
            [[ -z ${COMPREPLY[*]} ]] || printf '%s\\n' "${COMPREPLY[@]}"
            """
        try await expect(completion, in: "bash", script)
    }

    @Test("bash, which sees the end of a word at each colon, is given what follows the last one")
    func bashColons() async throws {
        let script = """
            source ./completion.bash
            COMP_LINE=$1; COMP_POINT=${#1}
            COMP_WORDS=(lockstep up --limit slaves : '!ed'); COMP_CWORD=5
            _lockstep_whole_words lockstep '!ed' :
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let completion = CompletionCase("lockstep up --limit slaves:!ed", "!edge1", "!edge2", "!edge3")
        try await expect(completion, in: "bash", script)
    }

    @Test("fish", arguments: CompletionCase.all)
    func fish(completion: CompletionCase) async throws {
        let script = """
            source ./completion.fish
            complete -C $argv[2] | string replace -r '\\t.*' ''
            """
        try await expect(completion, in: "fish", script)
    }

    /// In zsh only somebody who types is given completions: the answers are what compadd is told to offer.
    @Test("zsh", arguments: CompletionCase.all)
    func zsh(completion: CompletionCase) async throws {
        let script = """
            zmodload zsh/zpty
            zpty z zsh -f -i
            zpty -w z 'PS1=; autoload -Uz compinit; compinit -u -D; source ./completion.zsh'
            zpty -w z 'compadd() { local -a found; builtin compadd -O found "$@"; print -rl -- $found >>answers; builtin compadd "$@" }'
            zpty -w z 'unsetopt auto_menu; : >answers; print REA""DY'
            while [[ $out != *READY* ]] && zpty -r z line; do out+=$line; done
            zpty -w -n z "$1"$'\\t'
            # The line is left as it is, so that its end says that the answers are there.
            zpty -w -n z $'\\C-a\\C-k print DO""NE >done\\n'
            repeat 200; do [[ -e done ]] && break; sleep 0.05; done
            zpty -d z
            sort -u answers
            """
        try await expect(completion, in: "zsh", script)
    }

    private func expect(_ completion: CompletionCase, in shell: String, _ script: String) async throws {
        try await WrittenFleet.with(Self.files.merging(Self.scripts.value) { files, _ in files }) { fleet in
            let preparation = shell == "fish" ? "set -x PATH (dirname $lockstep) $PATH\n" : Self.path
            let result = try await fleet.shell(preparation + script, [completion.line], with: shell)
            let answers = result.output.split(separator: "\n").map(String.init).filter { !$0.isEmpty }
            #expect(Set(answers) == Set(completion.answers))
            #expect(result.error == "", "nothing is told of what is wrong")
        }
    }
}
