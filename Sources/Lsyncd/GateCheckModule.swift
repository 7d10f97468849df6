import Crypto
package import Provisioning
import RemoteHost

/// `gate-check`: the master's key opens nothing on a slave but the gate.
///
/// sshd runs the command that stands before a key only where its own configuration has none: with a ForceCommand that runs
/// what it was asked for, the master's key is a shell. So the key is tried, by ssh as lsyncd uses it, with a command that
/// the gate refuses and that a shell would answer: the gate's own refusal has to come back.
package struct GateCheckModule: Module {
    package static let keyword = "gate-check"
    package static let summary =
        "The master's key opens nothing on a slave but the gate: the gate's own refusal comes back."
    package static let parameters: [Parameter] = [
        .required("host", "the slave's name, by which its host keys are known"),
        .required("address", "the address at which the master reaches it"),
        .required("port", "the SSH port there"),
        .required("user", "the user who receives the files"),
        .required("gate", "what has to answer: receive or rrsync"),
        .required("key", "absolute path of the private key"),
        .required("known_hosts", "absolute path of the file with the slave's host keys"),
        .optional(
            "directory",
            "where it is noted what was tried since the master started; without, it is tried each time"
        ),
        .optional("changed", "a word where the key's line was changed: it is tried then in any case"),
    ]

    private let host: String
    private let address: String
    private let port: String
    private let user: String
    private let gate: String
    private let key: String
    private let knownHosts: String
    private let note: String?
    private let isChanged: Bool

    package init(_ arguments: ModuleArguments) throws(ArgumentError) {
        host = try arguments.text("host")
        address = try arguments.text("address")
        port = try arguments.text("port")
        user = try arguments.account("user")
        gate = try arguments.choice("gate", of: ["receive", "rrsync"], default: "receive")
        key = try arguments.path("key")
        knownHosts = try arguments.path("known_hosts")
        for (name, text) in [("host", host), ("address", address)] where text.hasPrefix("-") || text.contains("/") {
            throw ArgumentError(name, "'\(name)' must be a name or an address, not '\(text)'")
        }
        isChanged = try arguments.deferredText("changed", default: "") != .known("")
        note = try arguments.has("directory") ? arguments.path("directory") + "/" + host : nil
    }

    /// What was tried, in a word that another address, user or gate changes.
    private var subject: String {
        let text = [host, address, port, user, gate, key].joined(separator: "\n")
        return SHA256.hash(data: Array(text.utf8)).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
    }

    package var facts: FactSet {
        var facts = FactSet()
        if let note { facts.insert(TextFileFact(note)) }
        return facts
    }

    /// What was tried last; empty where nothing was since the master started.
    package func state(from facts: Facts) throws(PlanError) -> String {
        guard let note else { return "" }
        return try facts.value(of: TextFileFact(note)).first ?? ""
    }

    package func plan(_ tried: String, in context: PlanContext) throws(PlanError) -> TaskPlan {
        if note != nil, !isChanged, tried == subject { return .ok() }
        return .change(
            Change("try whether the master's key opens only the gate of \(host)", script: script, isCheck: true)
        )
    }

    /// What the key is tried with: `receive` and rrsync refuse it, and a shell would print `answer`.
    private static let question = "printf lockstep-%s-shell no-gate"
    private static let answer = "lockstep-no-gate-shell"

    private var script: String {
        let options = [
            "BatchMode=yes", "IdentitiesOnly=yes", "PreferredAuthentications=publickey", "HostKeyAlias=\(host)",
            "CheckHostIP=no", "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "UserKnownHostsFile=\(knownHosts)",
            "GlobalKnownHostsFile=/dev/null", "ConnectTimeout=10", "ServerAliveInterval=5", "ServerAliveCountMax=3",
            "ForwardAgent=no", "ClearAllForwardings=yes", "LogLevel=ERROR",
        ]
        let words =
            ["ssh", "-F", "none", "-T", "-i", key, "-p", port] + options.flatMap { ["-o", $0] }
            + ["-l", user, "--", address, Self.question]
        let refusal = gate == "receive" ? "lockstep receive: refused: " : "rrsync"
        let account = "\(user) on \(host)"
        let way =
            "a ForceCommand in its sshd_config, or in a Match block there, wins over the command of the key; "
            + "see 'sshd -T -C user=\(user),host=…,addr=…' there, with the master's name and address, and add to sshd_config, "
            + "before its first Match block, 'Match User \(user) Address …', with the master's address, and below it 'ForceCommand none'"
        return """
            \(note.map { "note=\(shellQuoted($0))\nrm -f -- \"$note\"" } ?? "note=")
            new=$(mktemp -d)
            trap 'rm -rf "$new"' EXIT
            status=0
            \(words.map(shellQuoted).joined(separator: " ")) </dev/null >"$new/said" 2>"$new/errors" || status=$?
            said() { cat "$new/said" "$new/errors" | tr -d '\\000-\\010\\013-\\037' | tail -n 1 | cut -c 1-200; }
            if grep -q \(shellQuoted(Self.answer)) "$new/said"; then
                printf 'the key of the master is a shell for %s, and not bound to the gate: %s\\n' \
            \(shellQuoted(account)) \(shellQuoted(way)) >&2
                exit 1
            fi
            case $status in
            0) ;;
            255)
                \(note == nil ? "status=0; exec 2>&1 # Whatever keeps the key out, a canary tells what that means." : "status=1")
                printf 'the key of the master cannot log in as %s: %s\\n' \(shellQuoted(account)) "$(said)" >&2
                [ $status -eq 1 ] || echo 'a connection that lsyncd has made before may carry changes until it ends'
                exit $status
                ;;
            *)
                if grep -q \(shellQuoted(refusal)) "$new/errors"; then
                    [ -z "$note" ] || { mkdir -p -m 755 "${note%/*}"; echo \(subject) >"$note"; }
                    exit 0
                fi
                ;;
            esac
            printf 'something else than the gate answers the key of the master for %s, with status %s: %s (%s)\\n' \
            \(shellQuoted(account)) "$status" "$(said)" \(shellQuoted(way)) >&2
            exit 1
            """
    }
}
