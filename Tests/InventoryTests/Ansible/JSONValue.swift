import Foundation

/// A JSON value that tells `1` from `1.0` and from `true`, as Ansible does.
indirect enum JSONValue: Hashable {
    case null
    case boolean(Bool)
    case integer(String)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case map([String: JSONValue])

    /// Reads a text that is JSON to its end; what is none is itself, and equal to nothing but itself.
    init(parsing text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        self = reader.whole() ?? .list([.text("no JSON"), .text(text)])
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        mutating func whole() -> JSONValue? {
            let value = value()
            skipBlanks()
            return index == bytes.count ? value : nil
        }

        private mutating func skipBlanks() {
            while index < bytes.count, " \n\t\r".utf8.contains(bytes[index]) { index += 1 }
        }

        private mutating func take(_ character: Character) -> Bool {
            skipBlanks()
            guard index < bytes.count, bytes[index] == character.asciiValue else { return false }
            index += 1
            return true
        }

        private mutating func value() -> JSONValue? {
            if take("{") {
                var map: [String: JSONValue] = [:]
                if take("}") { return .map(map) }
                repeat {
                    guard case .text(let key)? = value(), take(":"), let item = value() else { return nil }
                    map[key] = item
                } while take(",")
                return take("}") ? .map(map) : nil
            }
            if take("[") {
                var list: [JSONValue] = []
                if take("]") { return .list(list) }
                repeat {
                    guard let item = value() else { return nil }
                    list.append(item)
                } while take(",")
                return take("]") ? .list(list) : nil
            }
            skipBlanks()
            let start = index
            if take("\"") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard take("\"") else { return nil }
                return (try? JSONDecoder().decode(String.self, from: Data(bytes[start..<index]))).map { .text($0) }
            }
            while index < bytes.count, !",]} \n".utf8.contains(bytes[index]) { index += 1 }
            switch String(decoding: bytes[start..<index], as: UTF8.self) {
            case "null": return .null
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            case let word where word.utf8.allSatisfy({ "-0123456789".utf8.contains($0) }): return .integer(word)
            case let word: return Double(word).map { .number($0) }
            }
        }
    }
}
