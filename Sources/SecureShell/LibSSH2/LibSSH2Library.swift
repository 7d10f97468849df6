import CLibSSH2

/// The C library itself: started once, and asked what it is.
enum LibSSH2Library {
    /// Zero when the library is ready; the first reader starts it, since that may not happen twice at a time.
    static let startCode: Int32 = libssh2_init(0)

    /// The version that runs, which can be newer than the one compiled against.
    static let version: String = unsafe libssh2_version(0).map { unsafe String(cString: $0) } ?? "unknown"

    /// Whether RSA user keys work with a host that refuses SHA-1 signatures (OpenSSH 8.8 and newer): from 1.11 on.
    static let signsRSAWithSHA2: Bool = unsafe libssh2_version(0x010b00) != nil
}
