import Provisioning
import RemoteHost

/// A script that did not come to its end on a host, though the connection held.
package struct HostFailure: Error, Sendable, Hashable {
    /// What failed, in one line, without the host's name.
    package var message: String
    /// What to try next.
    package var hint: String

    init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }

    init(without rights: HostRights, _ privilege: Privilege) {
        switch privilege {
        case .none:
            message = "it is logged into as \(rights.user), who is not root, and the inventory asks for no become"
            hint = "add ansible_become=yes beside the host or to [all:vars], or log in as root (ansible_user=root)"
        case .sudo, .doas:
            message = "commands run there as \(rights.user), who is not root (ansible_become_user)"
            hint = "take ansible_become_user out of the inventory, or let it be root"
        }
    }

    init(endedEarly result: CommandResult, _ privilege: Privilege, during work: String) {
        switch result.exit {
        case .signal(let name): message = "its script was ended by the signal \(name) during \(work)"
        case .status(let status): message = "its script ended early, with status \(status), during \(work)"
        }
        if let words = result.errorText.splitAtLineFeeds().last { message += ": \(words)" }
        switch privilege {
        case .none: hint = "log in there and look whether 'sh -s' works; then run again"
        case .sudo(let user, _), .doas(let user, _):
            hint = "log in there and look whether 'sh -s' works as \(user); then run again"
        }
    }
}

extension HostFailure {
    /// The look at a host takes too long.
    package static func slowLook(_ limit: Duration) -> HostFailure {
        HostFailure(
            "the look at it was not over after \(limit.inWords)",
            hint: "--command-timeout sets how long a look may take; is a disk or a name server of the host slow?"
        )
    }

    /// A change takes too long.
    static func slowChange(_ change: String, _ limit: Duration) -> HostFailure {
        HostFailure(
            "'\(change)' was not over after \(limit.inWords)",
            hint: "--change-timeout sets how long one change may take; what was begun may still go on there, "
                + "and the next run waits for it"
        )
    }

    /// A script waits too long for another one's changes.
    static func locked(by holder: String) -> HostFailure {
        HostFailure(
            "another run's change still goes on there: \(holder)",
            hint: "wait for it to end, then run again; 'fuser -v \(ChangeLock.standardFile)' there shows its processes"
        )
    }
}

extension Duration {
    /// The duration as people say it: "900 seconds".
    var inWords: String {
        let text = inSeconds.formatted
        return text == "1" ? "1 second" : "\(text) seconds"
    }
}

extension Double {
    /// The number without a fraction that it does not have.
    fileprivate var formatted: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
