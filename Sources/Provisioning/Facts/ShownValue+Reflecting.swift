extension ShownValue {
    /// A value of any type, by its parts: what may be a content, bytes or more than a line, is told by its checksum.
    package init(reflecting value: Any) {
        switch value {
        case let value as ShownValue: self = value
        case let path as ExactPath: self = .line(path.text)
        case let flag as Bool: self = .flag(flag)
        case let number as any BinaryInteger: self = .number(Int(clamping: number))
        case let text as any StringProtocol: self = .line(String(text))
        // An array without elements can be taken for one of any.
        case let bytes as [UInt8] where type(of: value) == [UInt8].self: self = .content(bytes)
        case let bytes as ArraySlice<UInt8> where type(of: value) == ArraySlice<UInt8>.self: self = .content(bytes)
        default: self.init(partsOf: value)
        }
    }

    private init(partsOf value: Any) {
        let mirror = Mirror(reflecting: value)
        let parts = mirror.children
        switch mirror.displayStyle {
        case .optional: self = parts.first.map { ShownValue(reflecting: $0.value) } ?? .none
        case .collection: self = .list(parts.map { ShownValue(reflecting: $0.value) })
        case .set:
            self = .list(parts.map { ShownValue(reflecting: $0.value) }.sorted { $0.description < $1.description })
        case .dictionary:
            let pairs = parts.map { Array(Mirror(reflecting: $0.value).children) }.filter { $0.count == 2 }
            let fields = pairs.map { pair in
                Field(ShownValue(reflecting: pair[0].value).description, ShownValue(reflecting: pair[1].value))
            }
            self = .fields(fields.sorted { $0.name < $1.name })
        case .enum:
            guard let part = parts.first else {
                self = .line("\(value)")
                return
            }
            self = .fields([Self.field(part)])
        case .tuple where parts.isEmpty: self = .none
        default:
            if let described = value as? any CustomStringConvertible {
                self = .line(described.description)
            } else {
                self = .fields(parts.map(Self.field))
            }
        }
    }

    /// A part by its name, in the words of JSON keys: `isRoot` is `is_root`.
    private static func field(_ part: Mirror.Child) -> Field {
        var name = ""
        for character in part.label ?? "value" {
            name += character.isUppercase ? "_\(character.lowercased())" : "\(character)"
        }
        return Field(name, ShownValue(reflecting: part.value))
    }
}
