/// The sh functions that every change's script may call.
///
/// `refuse [REASON]` ends the change as refused, and `stop_host [REASON]` ends with it everything on the host. They must be
/// called by the change's own shell, not in a subshell or a pipeline of it.
package enum ChangeFunctions {
    /// The text of the functions; `$nonce` is set where they are called.
    package static let text = #"""
        say_ending() {
            ending=$1; shift
            [ "$#" -eq 0 ] || printf '%s\n' "$*"
            printf '\n%s %s' "$nonce" "$ending"
            exit 1
        }
        refuse() { say_ending refused "$@"; }
        stop_host() { say_ending stopped "$@"; }
        """#
}
