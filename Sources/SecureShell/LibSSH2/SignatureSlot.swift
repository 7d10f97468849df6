import CLibSSH2

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What passes between libssh2 and whoever signs: out go the bytes to be signed, in comes the signature.
final class SignatureSlot {
    /// The bytes that libssh2 wants signed, once it wants some.
    private(set) var wanted: [UInt8]?
    /// The signature; `nil` while it is not there.
    let signature: [UInt8]?
    /// Whether there will be none.
    let isRefused: Bool

    /// A slot that only takes the bytes to be signed.
    static func asking() -> SignatureSlot { SignatureSlot(signature: nil, isRefused: false) }

    /// A slot that gives the signature, or says that there is none.
    static func giving(_ signature: [UInt8]?) -> SignatureSlot {
        SignatureSlot(signature: signature, isRefused: signature == nil)
    }

    private init(signature: [UInt8]?, isRefused: Bool) {
        self.signature = signature
        self.isRefused = isRefused
    }

    /// Notes what is to be signed.
    func want(_ data: [UInt8]) {
        wanted = data
    }
}

/// libssh2's sign callback: says "would block" until it is called with a slot that holds the signature.
func signForSession(
    _ session: OpaquePointer?,
    _ signature: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
    _ length: UnsafeMutablePointer<Int>?,
    _ data: UnsafePointer<UInt8>?,
    _ count: Int,
    _ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int32 {
    guard let pointer = unsafe context?.pointee else { return LIBSSH2_ERROR_BAD_USE }
    let slot = unsafe Unmanaged<SignatureSlot>.fromOpaque(pointer).takeUnretainedValue()
    if slot.isRefused { return LIBSSH2_ERROR_BAD_USE }
    guard let bytes = slot.signature else {
        slot.want(unsafe Array(UnsafeBufferPointer(start: data, count: data == nil ? 0 : count)))
        return LIBSSH2_ERROR_EAGAIN
    }
    guard let copy = unsafe allocatedCopy(of: bytes) else { return LIBSSH2_ERROR_ALLOC }
    unsafe signature?.pointee = unsafe copy
    unsafe length?.pointee = bytes.count
    return 0
}

/// A copy in memory that libssh2 may free.
func allocatedCopy(of bytes: [UInt8]) -> UnsafeMutablePointer<UInt8>? {
    guard let memory = unsafe malloc(max(bytes.count, 1)) else { return nil }
    unsafe UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyBytes(from: bytes)
    return unsafe memory.assumingMemoryBound(to: UInt8.self)
}
