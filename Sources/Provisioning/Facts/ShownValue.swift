/// A fact's value as people and programs are told it: without secrets, and without contents of files.
package indirect enum ShownValue: Sendable, Hashable {
    /// Nothing.
    case none
    /// Yes or no.
    case flag(Bool)
    /// A number.
    case number(Int)
    /// A few words, in one line.
    case text(String)
    /// Several of a kind.
    case list([ShownValue])
    /// Parts with names.
    case fields([Field])

    /// A part of a value.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: ShownValue

        package init(_ name: String, _ value: ShownValue) {
            self.name = name
            self.value = value
        }
    }

    /// What may be said of a content: its length and its SHA-256.
    package static func content(_ bytes: some Collection<UInt8>) -> ShownValue {
        .fields([Field("bytes", .number(bytes.count)), Field("sha256", .text(checksum(bytes)))])
    }

    /// A text that may be a content: as it is where it is a line of a few words.
    package static func line(_ text: String) -> ShownValue {
        let isLine = text.utf8.count <= 256 && !text.utf8.contains(UInt8(ascii: "\n"))
        return isLine ? .text(text) : content(text.utf8)
    }
}

extension ShownValue: CustomStringConvertible {
    /// The value in words, in one line.
    package var description: String {
        switch self {
        case .none, .list([]), .fields([]): "none"
        case .flag(let flag): flag ? "yes" : "no"
        case .number(let number): "\(number)"
        case .text(let text): text.isEmpty ? "empty" : text
        case .list(let values): values.map(\.nested).joined(separator: ", ")
        case .fields(let fields): fields.map { "\($0.name) \($0.value.nested)" }.joined(separator: ", ")
        }
    }

    /// The words as a part of others.
    private var nested: String {
        switch self {
        case .list(let values) where values.count > 1: "(\(description))"
        case .fields(let fields) where !fields.isEmpty: "(\(description))"
        default: description
        }
    }
}

extension ShownValue: Encodable {
    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .fields(let fields):
            var object = encoder.container(keyedBy: Name.self)
            for field in fields { try object.encode(field.value, forKey: Name(stringValue: field.name)) }
        case .list(let values):
            var array = encoder.unkeyedContainer()
            for value in values { try array.encode(value) }
        case .none, .flag, .number, .text:
            var single = encoder.singleValueContainer()
            switch self {
            case .flag(let flag): try single.encode(flag)
            case .number(let number): try single.encode(number)
            case .text(let text): try single.encode(text)
            default: try single.encodeNil()
            }
        }
    }
}
