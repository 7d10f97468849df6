import RemoteHost
import SecureShell
import SystemPackage

/// The passwords and passphrases that a person gave with a command.
///
/// Of several sources the nearest to the person wins: a prompt or a descriptor, then the environment. Like with Ansible,
/// what the inventory says of a host wins over all of them.
struct Secrets: Sendable {
    /// The password to log in with, for hosts whose inventory names none.
    var loginPassword: Secret?
    /// The password of sudo and doas, for hosts whose inventory names none.
    var becomePassword: Secret?
    /// Where the passphrases of private keys come from.
    var passphrases: PassphraseSource

    /// No secrets, for what connects to nobody.
    static let none = Secrets()

    private init() { passphrases = .none }

    /// Asks for and reads what the options want; nothing is asked for that they do not want.
    init(_ options: SecretOptions, environment: [String: String], prompt: SecretPrompt = SecretPrompt()) throws {
        var descriptors = SecretDescriptors()
        loginPassword = try Self.secret(
            "the login password",
            isAsked: options.askPassword,
            descriptor: options.passwordFd,
            name: "LOCKSTEP_PASSWORD",
            option: "--password-fd",
            environment,
            prompt,
            &descriptors
        )
        becomePassword = try Self.secret(
            "the password of sudo or doas",
            isAsked: options.askBecomePassword,
            descriptor: options.becomePasswordFd,
            name: "LOCKSTEP_BECOME_PASSWORD",
            option: "--become-password-fd",
            environment,
            prompt,
            &descriptors
        )
        let passphrase = try Self.secret(
            "the passphrase",
            isAsked: false,
            descriptor: options.keyPassphraseFd,
            name: "LOCKSTEP_KEY_PASSPHRASE",
            option: "--key-passphrase-fd",
            environment,
            prompt,
            &descriptors
        )
        if let passphrase {
            passphrases = .fixed(passphrase)
        } else if prompt.isPossible {
            passphrases = .prompt { key, before in
                try? prompt.ask("\(before > 0 ? "Wrong. " : "")Passphrase of \(key): ")
            }
        } else {
            passphrases = .none
        }
    }

    private static func secret(
        _ what: String,
        isAsked: Bool,
        descriptor: Int32?,
        name: String,
        option: String,
        _ environment: [String: String],
        _ prompt: SecretPrompt,
        _ descriptors: inout SecretDescriptors
    ) throws -> Secret? {
        if let descriptor { return try descriptors.secret(from: descriptor, option: option) }
        if !isAsked { return environment[name].flatMap { $0.isEmpty ? nil : Secret($0) } }
        do {
            return try prompt.ask("\(what.prefix(1).uppercased())\(what.dropFirst()): ")
        } catch .noTerminal {
            throw CommandFailure(
                "there is no terminal to ask for \(what) on",
                hint: "set $\(name), or give it by \(option)"
            )
        }
    }
}
