import RemoteHost

/// The key pair whose private half stands at a path on a host; of that half nothing is told but its rights.
package struct SSHKeyFact: SingleFact {
    package static let kind = "ssh-key"

    /// What stands at the path.
    package enum Value: Sendable, Hashable {
        /// Nothing.
        case absent
        /// What is no private key, or one that cannot be used without a passphrase; and what `ssh-keygen` says of it, behind a
        /// colon.
        case unreadable(String)
        /// A private key.
        case key(publicHalf: String, owner: String, mode: Int)
    }

    /// The path of the private half.
    package let path: ExactPath

    /// Makes a fact.
    package init(_ path: String) {
        self.path = ExactPath(path)
    }

    /// Of a file of its own user's that others may read, `ssh-keygen` takes no key, but it takes one from a pipe.
    package var script: String {
        """
        f=\(shellQuoted(path.text))
        [ -e "$f" ] || { echo absent; exit 0; }
        rights=$(stat -L -c '%U|%a' -- "$f")
        echo "$rights"
        case $rights in
        *00) ssh-keygen -y -P '' -f "$f" ;;
        *) cat -- "$f" | ssh-keygen -y -P '' -f /dev/stdin ;;
        esac
        """
    }

    package func value(in output: ProbeOutput) throws(PlanError) -> Value {
        if output.trimmedText == "absent" { return .absent }
        let lines = output.lines
        let rights = lines.first?.split(separator: "|") ?? []
        guard output.status == 0, rights.count == 2, let mode = Int(rights[1], radix: 8),
            let publicHalf = lines.last, Self.types.contains(where: publicHalf.hasPrefix)
        else { return .unreadable(output.reason) }
        return .key(publicHalf: String(publicHalf), owner: String(rights[0]), mode: mode)
    }

    /// What the public halves of keys begin with.
    private static let types = ["ssh-", "ecdsa-sha2-"]

    package static func shown(_ value: Value) -> ShownValue {
        switch value {
        case .absent: .text("absent")
        case .unreadable(let reason):
            // Of several lines the last is about this key.
            .text("unreadable: \((reason.splitAtLineFeeds().last ?? "").drop { $0 == ":" || $0 == " " })")
        case .key(let publicHalf, let owner, let mode):
            .fields([
                .init("public_half", .text(publicHalf)), .init("owner", .text(owner)),
                .init("mode", .text(octal(mode))),
            ])
        }
    }
}
