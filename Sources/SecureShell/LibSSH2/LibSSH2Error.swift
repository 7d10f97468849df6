import CLibSSH2

/// What libssh2 said when a call failed.
struct LibSSH2Error: Error, Sendable, Hashable {
    /// The number, to decide by.
    var code: Code
    /// The library's own words, to show only.
    var message: String

    /// A libssh2 error number; the names are those that decisions are made by.
    struct Code: RawRepresentable, Sendable, Hashable {
        var rawValue: Int32

        /// Something that the library has no number for.
        static let unspecified = Code(rawValue: LIBSSH2_ERROR_SOCKET_NONE)
        /// What came is not what was expected.
        static let malformed = Code(rawValue: LIBSSH2_ERROR_PROTO)
        /// No memory.
        static let outOfMemory = Code(rawValue: LIBSSH2_ERROR_ALLOC)
        /// No algorithm that both sides know.
        static let noCommonAlgorithm = Code(rawValue: LIBSSH2_ERROR_KEX_FAILURE)
        /// The key exchange went wrong.
        static let keyExchangeFailed = Code(rawValue: LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE)
        /// The host key or its signature is not valid.
        static let invalidHostKey = Code(rawValue: LIBSSH2_ERROR_HOSTKEY_INIT)
        /// The host took no such login.
        static let authenticationFailed = Code(rawValue: LIBSSH2_ERROR_AUTHENTICATION_FAILED)
        /// The host took the key but not the signature made with it.
        static let signatureRefused = Code(rawValue: LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED)
        /// The host wants another password before it lets anybody in with this one.
        static let passwordExpired = Code(rawValue: LIBSSH2_ERROR_PASSWORD_EXPIRED)
        /// A key could not be read.
        static let unreadableKey = Code(rawValue: LIBSSH2_ERROR_FILE)
        /// The library does not know the kind of key or algorithm.
        static let methodNotSupported = Code(rawValue: LIBSSH2_ERROR_METHOD_NOT_SUPPORTED)
        /// The library's own limit on an answer passed.
        static let timedOut = Code(rawValue: LIBSSH2_ERROR_TIMEOUT)
        /// The host opens no channel.
        static let channelRefused = Code(rawValue: LIBSSH2_ERROR_CHANNEL_FAILURE)
        /// The host refuses what was asked of a channel.
        static let requestRefused = Code(rawValue: LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED)
    }
}
