import CLibSSH2

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The C library itself: started once, and asked what it is.
enum LibSSH2Library {
    /// Zero when the library is ready; the first reader starts it, since that may not happen twice at a time.
    static let startCode: Int32 = {
        keepCryptographyToTheEnd()
        return libssh2_init(0)
    }()

    /// The version that runs, which can be newer than the one compiled against.
    static let version: String = unsafe libssh2_version(0).map { unsafe String(cString: $0) } ?? "unknown"

    /// Whether RSA user keys work with a host that refuses SHA-1 signatures (OpenSSH 8.8 and newer): from 1.11 on.
    static let signsRSAWithSHA2: Bool = unsafe libssh2_version(0x010b00) != nil

    /// Keeps OpenSSL, where libssh2 is made with it, from taking itself down when the process exits: event loops may still be
    /// in the middle of key exchanges then, and would end the process by a signal instead.
    private static func keepCryptographyToTheEnd() {
        typealias Initialise = @convention(c) (_ options: UInt64, _ settings: OpaquePointer?) -> CInt
        // OPENSSL_INIT_NO_ATEXIT, of OpenSSL 1.1.1 and later; the first call of all decides.
        let noClosingAtExit: UInt64 = 0x0008_0000
        guard let program = unsafe dlopen(nil, RTLD_NOW),
            let function = unsafe dlsym(program, "OPENSSL_init_crypto")
        else { return }
        let initialise = unsafe unsafeBitCast(function, to: Initialise.self)
        _ = initialise(noClosingAtExit, nil)
    }
}
