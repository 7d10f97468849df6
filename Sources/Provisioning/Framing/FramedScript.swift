/// Snippets of sh joined into one script, whose answer tells them apart again.
///
/// Each snippet runs in a subshell of its own. Its output comes back in a frame, a header line with the run's nonce, the
/// snippet's index, a word for its ending, its exit status and the lengths of its standard output and its standard error
/// in bytes, and then just that many bytes: no output can be taken for another's, nor for a frame, and what a login script
/// prints before is passed over. The ending is never read from an exit status, which belongs to the snippet's own commands.
package struct FramedScript: Sendable {
    /// The text for `sh`.
    package let text: String
    /// The mark that this script's frames carry.
    package let nonce: String

    /// Joins probe snippets: all of them run, whatever the others say, and the end of their standard error comes along.
    package init(probing snippets: [String], nonce: String) {
        let functions = snippets.enumerated().map { "s\($0.offset)() (\n\($0.element)\n)" }
        let calls = snippets.indices.map { "take s\($0) \($0)" }
        self.init(nonce: nonce, lines: [Self.take] + functions + calls)
    }

    /// Joins changes: one that fails ends those after it that depend on it.
    ///
    /// A change without a chain belongs to the host as a whole: its failure ends all that follow. A change of chains
    /// ends the rest of the first of them only, and is ended by a failure in any.
    ///
    /// Where there is a `lock`, the script first waits for it and holds it until it ends, also when its connection is gone.
    package init(applying steps: [Step], lock: ChangeLock? = nil, nonce: String) {
        let functions = steps.enumerated().map { index, step in
            let precondition = step.change.precondition.isEmpty ? ":" : step.change.precondition
            return "p\(index)() (\n\(precondition)\n)\ns\(index)() (\nexec 2>&1\nset -eu\n\(step.change.script)\n)"
        }
        let calls = steps.enumerated().map { index, step in Self.call("\(index)", index, step) }
        let checks = Self.laterChecks(of: steps)
        let taking = lock.map { [$0.taking] } ?? []
        self.init(
            nonce: nonce,
            lines: [Self.take, ChangeFunctions.text, Self.run] + taking + functions + calls + checks
        )
    }

    /// The line that runs a step as the change of an index, unless one of its chains has broken.
    private static func call(_ name: String, _ index: Int, _ step: Step) -> String {
        "run \(name) \(index) \(step.chains.isEmpty ? "host" : step.chains.map(String.init).joined(separator: " "))"
    }

    /// The lines that look once more at all changes that have something to look at, after a second for all of them: each
    /// answers in a second frame of its change.
    private static func laterChecks(of steps: [Step]) -> [String] {
        let checked = steps.enumerated().filter { !$0.element.change.laterCheck.isEmpty }
        if checked.isEmpty { return [] }
        let lines = checked.flatMap { index, step in
            let name = "\(index)_later"
            return [
                "p\(name)() { :; }\ns\(name)() (\nexec 2>&1\nset -eu\n\(step.change.laterCheck)\n)",
                call(name, index, step),
            ]
        }
        return ["sleep 1"] + lines
    }

    /// A change and the chains that it belongs to.
    package struct Step: Sendable {
        /// The change.
        package var change: Change
        /// The numbers of the chains of changes in which it stands, its own first; none for the host as a whole.
        package var chains: [Int]

        /// Makes a step.
        package init(_ change: Change, chains: [Int] = []) {
            self.change = change
            self.chains = chains
        }
    }

    private init(nonce: String, lines: [String]) {
        self.nonce = nonce
        text = """
            LC_ALL=C; export LC_ALL
            PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin; export PATH
            umask 022
            nonce=\(nonce)
            \(lines.joined(separator: "\n"))
            printf '\\n%s end\\n' "$nonce"
            """
    }

    // The slash keeps the newlines at the end of the output, which $( ) would cut off.
    private static let take = #"""
        take() {
            # A process that a command leaves behind must not hold the host's lock.
            out=$(
                exec 9>&- 3>&1
                errors=$("$1" 2>&1 >&3 3>&-; printf '/%s' "$?")
                status=${errors##*/}; errors=${errors%/*}
                [ "${#errors}" -le 4096 ] || errors=$(printf %s "$errors" | tail -c 4096)
                printf '%s/%s/%s' "$errors" "${#errors}" "$status"
            )
            status=${out##*/}; out=${out%/*}
            length=${out##*/}; out=${out%/*}
            ending=ended
            case $out in
            *"
        $nonce refused") ending=refused ;;
            *"
        $nonce stopped") ending=stopped ;;
            esac
            [ $ending = ended ] || out=${out%"
        $nonce $ending"}
            # Where nobody listens any more, nothing further is begun.
            printf '\n%s %s %s %s %s %s\n%s' "$nonce" "$2" $ending "$status" "$((${#out} - length))" "$length" "$out" || exit 1
        }
        """#

    private static let run = #"""
        broken=
        say_frame() { printf '\n%s %s %s 0 0 0\n' "$nonce" "$index" "$1"; }
        run() {
            step=$1; index=$2; shift 2
            for chain in host "$@"; do
                case " $broken " in
                *" $chain "*) say_frame skipped; return ;;
                esac
            done
            if "p$step" >/dev/null 2>&1; then take "s$step" "$index"; else status=1; ending=moved; say_frame moved; fi
            case $ending in
            stopped) broken=host ;;
            *) [ "$status" -eq 0 ] || broken="$broken $1" ;;
            esac
        }
        """#
}
