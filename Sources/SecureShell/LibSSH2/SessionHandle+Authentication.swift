import CLibSSH2
import RemoteHost

extension SessionHandle {
    /// Asks which ways to log in the host offers this user; `nil` when it needs none.
    func authenticationMethods(user: String) -> Attempt<[String]?> {
        guard let list = unsafe libssh2_userauth_list(pointer, user, UInt32(user.utf8.count)) else {
            if unsafe libssh2_userauth_authenticated(pointer) != 0 { return .done(nil) }
            let error = lastError
            return error.isWouldBlock ? .wouldBlock : .failed(error)
        }
        return .done(unsafe String(cString: list).split(separator: ",").map(String.init))
    }

    // MARK: Keys

    /// Offers a public key: the bytes to be signed once the host takes it; `nil` when it lets the user in without.
    ///
    /// After bytes were given, `prove` must come next.
    func offer(_ publicKey: [UInt8], user: String) -> Attempt<[UInt8]?> {
        let slot = SignatureSlot.asking()
        switch logIn(user: user, publicKey: publicKey, slot: slot) {
        case .done: return .done(nil)
        case .wouldBlock: return slot.wanted.map { .done($0) } ?? .wouldBlock
        case .failed(let error): return .failed(error)
        }
    }

    /// Proves that the key just offered is at hand; without a signature the offer is taken back.
    func prove(_ publicKey: [UInt8], user: String, signature: [UInt8]?) -> Attempt<Void> {
        logIn(user: user, publicKey: publicKey, slot: .giving(signature))
    }

    private func logIn(user: String, publicKey: [UInt8], slot: SignatureSlot) -> Attempt<Void> {
        var context: UnsafeMutableRawPointer? = unsafe Unmanaged.passUnretained(slot).toOpaque()
        let answer = withExtendedLifetime(slot) {
            unsafe publicKey.withUnsafeBufferPointer { key in
                unsafe libssh2_userauth_publickey(
                    pointer,
                    user,
                    key.baseAddress,
                    key.count,
                    signForSession,
                    &context
                )
            }
        }
        return outcome(of: Int(answer)).withoutValue
    }

    /// Logs in with a private key, given as the bytes of its file.
    func authenticate(user: String, privateKey: [UInt8], passphrase: Secret?) -> Attempt<Void> {
        // libssh2 1.10 looks for the end of an OpenSSH key as of a C string, whatever length it is told.
        let answer = unsafe (privateKey + [0]).withUnsafeBytes { key in
            unsafe libssh2_userauth_publickey_frommemory(
                pointer,
                user,
                user.utf8.count,
                nil,
                0,
                key.baseAddress?.assumingMemoryBound(to: CChar.self),
                privateKey.count,
                passphrase?.revealed
            )
        }
        switch outcome(of: Int(answer)).withoutValue {
        // It has no number of its own for a key that it cannot read, and looks in it for the next format.
        case .failed(let error) where error.code == .unspecified || error.code == .malformed:
            return .failed(LibSSH2Error(code: .unreadableKey, message: error.message))
        case let other: return other
        }
    }

    // MARK: Passwords

    /// Logs in with a password.
    func authenticate(user: String, password: Secret) -> Attempt<Void> {
        let text = password.revealed
        return outcome(
            of: Int(
                unsafe libssh2_userauth_password_ex(
                    pointer,
                    user,
                    UInt32(user.utf8.count),
                    text,
                    UInt32(text.utf8.count),
                    leavePassword
                )
            )
        ).withoutValue
    }

    /// Logs in by answering the host's questions with a password.
    func converse(user: String, password: Secret) -> Attempt<Void> {
        if context.conversation == nil { context.conversation = PasswordConversation(password: password) }
        return outcome(
            of: Int(
                unsafe libssh2_userauth_keyboard_interactive_ex(
                    pointer,
                    user,
                    UInt32(user.utf8.count),
                    answerForSession
                )
            )
        ).withoutValue
    }

    /// The first of the host's questions that the password was no answer to.
    var unansweredPrompt: String? { context.conversation?.unansweredPrompt }
}

/// libssh2's callback for a password that has expired: there is no new one. Without a callback, it would be reported as
/// wrong.
private func leavePassword(
    _ session: OpaquePointer?,
    _ newPassword: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ length: UnsafeMutablePointer<Int32>?,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {}

/// libssh2's callback for a round of questions.
private func answerForSession(
    _ name: UnsafePointer<CChar>?,
    _ nameLength: Int32,
    _ instruction: UnsafePointer<CChar>?,
    _ instructionLength: Int32,
    _ count: Int32,
    _ prompts: UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?,
    _ responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
    guard count > 0, let context = unsafe SessionContext.of(context) else { return }
    let asked = unsafe UnsafeBufferPointer(start: prompts, count: prompts == nil ? 0 : Int(count)).map { prompt in
        let text = unsafe UnsafeRawBufferPointer(start: prompt.text, count: prompt.text == nil ? 0 : Int(prompt.length))
        return unsafe PasswordConversation.Prompt(
            text: String(decoding: text, as: UTF8.self),
            isVisible: prompt.echo != 0
        )
    }
    let answers = context.conversation?.answers(to: asked) ?? []
    guard let responses = unsafe responses else { return }
    for (index, answer) in answers.enumerated() {
        // libssh2 frees them.
        let bytes = Array(answer.utf8)
        let copy = unsafe UnsafeMutableRawPointer(allocatedCopy(of: bytes))
        unsafe responses[index].text = unsafe copy?.assumingMemoryBound(to: CChar.self)
        unsafe responses[index].length = UInt32(copy == nil ? 0 : bytes.count)
    }
}
