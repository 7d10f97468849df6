import SystemPackage

/// A private key file with what stands beside it: the public half, a certificate.
struct IdentityFile: Sendable {
    /// The private key file, whether it is there or not.
    let path: FilePath
    /// The key in it.
    let privateKey: Result<PrivateKey, PrivateKeyError>
    /// The public half, from the file itself or from the one with ".pub".
    let publicKey: HostKey?
    /// The certificate in the file with "-cert.pub".
    let certificate: HostKey?

    /// Reads the files.
    init(path: FilePath) {
        self.path = path
        let contents: [UInt8]
        do {
            contents = try FileContents.read(path)
        } catch {
            let reason: PrivateKeyError.Reason =
                switch error {
                case .absent: .absent
                case .unreadable(let why): .unreadable(why)
                }
            privateKey = .failure(PrivateKeyError(path: path, reason: reason))
            publicKey = Self.publicKey(in: FilePath(path.string + ".pub"))
            certificate = Self.publicKey(in: FilePath(path.string + "-cert.pub"))
            return
        }
        let key = Result { () throws(PrivateKeyError) in try PrivateKey(path: path, contents: contents) }
        privateKey = key
        // As with ssh, the public half may be named where an agent holds the private one.
        publicKey =
            (try? key.get().publicKey) ?? Self.publicKey(in: FilePath(path.string + ".pub"))
            ?? Self.publicKey(line: contents)
        certificate = Self.publicKey(in: FilePath(path.string + "-cert.pub"))
    }

    private static func publicKey(in path: FilePath) -> HostKey? {
        (try? FileContents.read(path)).flatMap { publicKey(line: $0) }
    }

    /// The key in the first line of a public key file: type, base64, comment.
    static func publicKey(line: [UInt8]) -> HostKey? {
        let words = line.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
        guard words.count >= 2, let key = HostKey(base64: String(decoding: words[1], as: UTF8.self)),
            key.type == String(decoding: words[0], as: UTF8.self)
        else { return nil }
        return key
    }
}
