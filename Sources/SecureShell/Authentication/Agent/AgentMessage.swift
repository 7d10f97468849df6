/// The requests to an agent and its answers, as draft-miller-ssh-agent lays them out, without the length in front.
enum AgentMessage {
    /// Asks which keys it holds.
    static let requestIdentities: [UInt8] = [11]

    /// Asks for a signature.
    ///
    /// - Parameter algorithm: what the signature is announced as; it decides the hash of RSA.
    static func signRequest(key: HostKey, data: [UInt8], algorithm: String) -> [UInt8] {
        var writer = WireWriter()
        writer.write(byte: 13)
        writer.write(string: key.bytes)
        writer.write(string: data)
        let flags: UInt32 =
            switch algorithm {
            case "rsa-sha2-256": 2
            case "rsa-sha2-512": 4
            default: 0
            }
        writer.write(number: flags)
        return writer.bytes
    }

    /// Reads the answer to `requestIdentities`.
    static func identities(in answer: [UInt8]) throws(AgentError.Reason) -> [AgentIdentity] {
        var reader = WireReader(answer)
        let type = reader.byte()
        if type == 5 { throw .refused }
        guard type == 12, let count = reader.number() else { throw .garbage }
        var identities: [AgentIdentity] = []
        for _ in 0..<count {
            guard let key = reader.string(), let comment = reader.text() else { throw .garbage }
            identities.append(AgentIdentity(publicKey: HostKey(bytes: key), comment: comment))
        }
        return identities
    }

    /// Reads the answer to `signRequest`: the signature without its algorithm's name.
    static func signature(in answer: [UInt8]) throws(AgentError.Reason) -> [UInt8] {
        var reader = WireReader(answer)
        let type = reader.byte()
        if type == 5 { throw .refused }
        guard type == 14, let signature = reader.string() else { throw .garbage }
        var parts = WireReader(signature)
        guard parts.string() != nil, let bytes = parts.string(), parts.isAtEnd else { throw .garbage }
        return bytes
    }
}
