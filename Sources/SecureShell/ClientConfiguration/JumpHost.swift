/// A host to go through, as `ProxyJump` names it.
package struct JumpHost: Sendable, Hashable {
    /// The user to log in as; none leaves it to the configuration of that host.
    package var user: String?
    /// Its name, which the configuration is asked for.
    package var host: String
    /// Its port; none leaves it to the configuration of that host.
    package var port: Int?

    /// Makes a jump host.
    package init(user: String? = nil, host: String, port: Int? = nil) {
        self.user = user
        self.host = host
        self.port = port
    }

    /// Reads `[user@]host[:port]`, `[user@][v6][:port]` or `ssh://[user@]host[:port]`; none where it is neither.
    init?(_ text: some StringProtocol) {
        let scheme = "ssh://"
        let isURI = text.hasPrefix(scheme)
        var rest = Substring(isURI ? text.dropFirst(scheme.count) : text[...])
        if let at = isURI ? rest.firstIndex(of: "@") : rest.lastIndex(of: "@") {
            var name = rest[..<at]
            // What an ssh URI may say of the connection behind a semicolon has no meaning to ssh either.
            if isURI, let semicolon = name.firstIndex(of: ";") { name = name[..<semicolon] }
            guard !name.isEmpty, let decoded = isURI ? Self.percentDecoded(name) : String(name) else { return nil }
            user = decoded
            rest = rest[rest.index(after: at)...]
        }
        if isURI, rest.last == "/" { rest.removeLast() }
        guard let (name, digits) = Self.split(rest), !name.isEmpty,
            !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
        else { return nil }
        host = String(name)
        if let digits, !digits.isEmpty {
            guard let port = PortNumber.parse(digits) else { return nil }
            self.port = port
        }
    }

    /// Reads a list with commas, the nearest host first; empty for `none`, and nil where one of them is none.
    static func list(_ text: String) -> [JumpHost]? {
        var list = text[...]
        if let comment = list.firstIndex(of: "#") { list = list[..<comment] }
        while let last = list.last, last == " " || last == "\t" { list.removeLast() }
        if list.lowercased() == "none" { return [] }
        var hosts: [JumpHost] = []
        for word in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let host = JumpHost(word) else { return nil }
            hosts.append(host)
        }
        return hosts
    }

    private static func split(_ text: Substring) -> (host: Substring, port: Substring?)? {
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { return nil }
            let host = text[text.index(after: text.startIndex)..<close]
            let tail = text[text.index(after: close)...]
            if tail.isEmpty { return (host, nil) }
            return tail.first == ":" ? (host, tail.dropFirst()) : nil
        }
        guard let colon = text.firstIndex(where: { $0 == ":" || $0 == "/" }) else { return (text, nil) }
        return (text[..<colon], text[text.index(after: colon)...])
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2,
                value != 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JumpHost: CustomStringConvertible {
    /// The host as `ProxyJump` writes it.
    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return (user.map { "\($0)@" } ?? "") + name + (port.map { ":\($0)" } ?? "")
    }
}

/// Reads TCP ports.
enum PortNumber {
    /// A port from 1 to 65535 in decimal digits; none for anything else.
    static func parse(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 5, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(text), (1...65535).contains(port)
        else { return nil }
        return port
    }
}
