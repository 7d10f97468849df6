/// Reads the fields of a message or key one after the other, as RFC 4251 section 5 lays them out; never beyond the end.
struct WireReader {
    private var rest: ArraySlice<UInt8>

    /// Starts at the first byte.
    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// Whether everything was read.
    var isAtEnd: Bool { rest.isEmpty }

    /// One byte.
    mutating func byte() -> UInt8? { rest.popFirst() }

    /// A number of four bytes.
    mutating func number() -> UInt32? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Bytes behind their own length.
    mutating func string() -> [UInt8]? {
        guard let length = number(), length <= rest.count else { return nil }
        defer { rest = rest.dropFirst(Int(length)) }
        return Array(rest.prefix(Int(length)))
    }

    /// A string that holds text.
    mutating func text() -> String? {
        string().map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number that is not negative, without the zeros in front.
    mutating func magnitude() -> [UInt8]? {
        string().map { Array($0.drop { $0 == 0 }) }
    }

    /// All that was not read yet.
    mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}
