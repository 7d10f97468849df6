/// Snippets of sh joined into one script, whose answer tells them apart again.
///
/// Each snippet runs in a subshell of its own. Its output comes back in a frame, a header line with the run's nonce, the
/// snippet's index, its exit status and the length in bytes, and then just that many bytes: no output can be taken for
/// another's, nor for a frame, and what a login script prints before is passed over.
package struct FramedScript: Sendable {
    /// The text for `sh`.
    package let text: String
    /// The mark that this script's frames carry.
    package let nonce: String

    /// Joins probe snippets: all of them run, whatever the others say, and their standard error is dropped.
    package init(probing snippets: [String], nonce: String) {
        let functions = snippets.enumerated().map { "s\($0.offset)() (\n\($0.element)\n)" }
        let calls = snippets.indices.map { "take s\($0) \($0) 2>/dev/null" }
        self.init(nonce: nonce, lines: [Self.take] + functions + calls)
    }

    /// Joins changes: one that fails ends those after it that depend on it.
    ///
    /// A change without a chain belongs to the host as a whole: its failure ends all that follow. A change of chains
    /// ends the rest of the first of them only, and is ended by a failure in any.
    package init(applying steps: [Step], nonce: String) {
        let functions = steps.enumerated().map { index, step in
            let precondition =
                step.change.precondition.isEmpty
                ? "" : "if ! (\n\(step.change.precondition)\n) >/dev/null 2>&1; then exit \(Self.movedStatus); fi\n"
            return "s\(index)() (\nexec 2>&1\n\(precondition)set -eu\n\(step.change.script)\n)"
        }
        let calls = steps.enumerated().map { index, step in
            "run s\(index) \(index) \(step.chains.isEmpty ? "host" : step.chains.map(String.init).joined(separator: " "))"
        }
        self.init(nonce: nonce, lines: [Self.take, Self.run] + functions + calls)
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

    /// The status of a change whose precondition no longer held.
    package static let movedStatus = 75
    /// The status of a change that ends everything on the host, whatever its chain.
    package static let stopStatus = 76
    /// The status of a change that was not tried because an earlier one failed.
    package static let notRunStatus = -1

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
            out=$("$1"; printf '/%s' "$?")
            status=${out##*/}; out=${out%/*}
            printf '\n%s %s %s %s\n%s' "$nonce" "$2" "$status" "${#out}" "$out"
        }
        """#

    private static let run = #"""
        broken=
        run() {
            step=$1; index=$2; shift 2
            for chain in host "$@"; do
                case " $broken " in
                *" $chain "*) printf '\n%s %s -1 0\n' "$nonce" "$index"; return ;;
                esac
            done
            take "$step" "$index"
            case $status in
            0) ;;
            76) broken=host ;;
            *) broken="$broken $1" ;;
            esac
        }
        """#
}
