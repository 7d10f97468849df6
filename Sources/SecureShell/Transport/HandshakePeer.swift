/// What is at the other end of a connection, as far as it has said.
struct HandshakePeer: Sendable, Hashable {
    /// Its SSH banner.
    var banner: String?
    /// The first bytes it sent, some 80 at most.
    var firstBytes: [UInt8]
    /// What it said when it ended the connection.
    var goodbye: String?

    /// Whether it has said anything that is no SSH banner.
    var isOtherProtocol: Bool {
        let banner = Array("SSH-".utf8)
        return !firstBytes.isEmpty && !firstBytes.starts(with: banner.prefix(firstBytes.count))
    }

    /// The first line that it sent, made harmless for a message.
    var firstLine: String {
        let line = firstBytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self).withoutControlCharacters
    }
}

extension String {
    /// What a host said, harmless for a message: control characters are shown as question marks.
    var withoutControlCharacters: String {
        String(
            String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 })
        )
    }
}
