import ArgumentParser

/// The options that say where passwords and passphrases come from; none of them takes a secret itself, since everybody on
/// the machine can read a command line.
struct SecretOptions: ParsableArguments {
    @Flag(
        name: [.customShort("k"), .customLong("ask-pass")],
        help: "Ask for the password to log in with (or set $LOCKSTEP_PASSWORD); ansible_password wins."
    )
    var askPassword = false

    @Option(help: ArgumentHelp("Read the login password from this file descriptor.", valueName: "fd"))
    var passwordFd: Int32?

    @Flag(
        name: [.customShort("K"), .customLong("ask-become-pass")],
        help: "Ask for the password of sudo or doas (or set $LOCKSTEP_BECOME_PASSWORD); ansible_become_password wins."
    )
    var askBecomePassword = false

    @Option(help: ArgumentHelp("Read the password of sudo or doas from this file descriptor.", valueName: "fd"))
    var becomePasswordFd: Int32?

    @Option(
        help: ArgumentHelp(
            "Read the passphrase of the private keys from this file descriptor (or set $LOCKSTEP_KEY_PASSPHRASE; "
                + "default: ask).",
            valueName: "fd"
        )
    )
    var keyPassphraseFd: Int32?

    /// These options, completed by those that stood before the verb.
    func completed(by earlier: SecretOptions) -> SecretOptions {
        var merged = self
        merged.askPassword = askPassword || earlier.askPassword
        merged.passwordFd = passwordFd ?? earlier.passwordFd
        merged.askBecomePassword = askBecomePassword || earlier.askBecomePassword
        merged.becomePasswordFd = becomePasswordFd ?? earlier.becomePasswordFd
        merged.keyPassphraseFd = keyPassphraseFd ?? earlier.keyPassphraseFd
        return merged
    }

    func validate() throws {
        if askPassword, passwordFd != nil { throw ValidationError("--ask-pass and --password-fd exclude each other") }
        if askBecomePassword, becomePasswordFd != nil {
            throw ValidationError("--ask-become-pass and --become-password-fd exclude each other")
        }
        for descriptor in [passwordFd, becomePasswordFd, keyPassphraseFd].compactMap({ $0 }) where descriptor < 0 {
            throw ValidationError("a file descriptor is a number from 0 on, not \(descriptor)")
        }
    }
}
