/// Writes JSON as `ansible-inventory` prints it: keys sorted, indented by four, ASCII only.
struct JSONText {
    /// What has been written.
    private(set) var text = ""
    private var depth = 0

    /// Writes an object, its keys in order.
    mutating func object(_ members: [(key: String, write: (inout JSONText) -> Void)]) {
        guard !members.isEmpty else { return text += "{}" }
        let sorted = members.sorted { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
        enclose("{", "}", sorted) { json, member in
            json.string(member.key)
            json.text += ": "
            member.write(&json)
        }
    }

    /// Writes an array.
    mutating func array<Item>(_ items: [Item], _ write: (inout JSONText, Item) -> Void) {
        guard !items.isEmpty else { return text += "[]" }
        enclose("[", "]", items, write)
    }

    /// Writes a text in quotes.
    mutating func string(_ value: String) {
        if value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        {
            return text += "\"\(value)\""
        }
        text += "\""
        for unit in value.utf16 {
            switch unit {
            case 0x22: text += "\\\""
            case 0x5C: text += "\\\\"
            case 0x08: text += "\\b"
            case 0x0C: text += "\\f"
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            }
        }
        text += "\""
    }

    /// Writes a literal as the type that it is.
    mutating func literal(_ literal: Literal) {
        switch literal {
        case .text(let value): string(value)
        case .integer(let digits): text += digits
        case .number(let number): text += number.description
        case .boolean(let value): text += value ? "true" : "false"
        case .null: text += "null"
        case .list(let items): array(items) { $0.literal($1) }
        case .map(let map): object(map.map { key, value in (key, { $0.literal(value) }) })
        }
    }

    private mutating func enclose<Item>(
        _ open: String,
        _ close: String,
        _ items: [Item],
        _ write: (inout JSONText, Item) -> Void
    ) {
        text += open
        depth += 1
        for (index, item) in items.enumerated() {
            text += index == 0 ? "\n" : ",\n"
            text += String(repeating: "    ", count: depth)
            write(&self, item)
        }
        depth -= 1
        text += "\n" + String(repeating: "    ", count: depth) + close
    }
}
