import RemoteHost

/// The authorized_keys of a user on a host.
package struct AuthorizedKeysFact: SingleFact {
    package static let kind = "authorized-keys"

    /// Where the file is, and what stands in it.
    package struct Value: Sendable, Hashable {
        /// The user's home directory.
        var home: String
        /// Whether sshd lets nobody in as the user, with a key neither.
        var isLocked: Bool
        /// The lines, byte for byte but for NUL.
        var lines: [[UInt8]]
    }

    /// The user.
    package let user: String

    /// Makes a fact.
    package init(of user: String) {
        self.user = user
    }

    package var script: String { homeFunction + shellFile(PackageResources.authorized_keys_sh, [user]) }

    package func value(in output: ProbeOutput) throws(PlanError) -> Value {
        let lines = output.byteLines
        guard let home = lines.first.map({ String(decoding: $0, as: UTF8.self) }), home.hasPrefix("/") else {
            throw PlanError(
                "there is no user '\(user)'\(output.reason)",
                hint: "make the user, or name another with sync_user"
            )
        }
        guard output.status == 0 else {
            throw PlanError("authorized_keys of \(user) cannot be read\(output.reason)")
        }
        let isLocked = lines.dropFirst().first == Array("locked".utf8)
        return Value(home: home, isLocked: isLocked, lines: Array(lines.dropFirst(2)))
    }
}
