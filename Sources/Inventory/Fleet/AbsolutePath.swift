/// A directory's path on a host: absolute, without `.`, `..`, doubled slashes and a slash at its end.
package struct AbsolutePath: Sendable, Hashable {
    /// The path's names, from the top; none for the root.
    package let components: [String]
    /// The path as text.
    package let text: String

    /// Reads a path; what a path may have too much of is dropped, what could lead elsewhere is refused.
    init(parsing spelling: String) throws(SettingFault) {
        guard spelling.utf8.first == UInt8(ascii: "/") else { throw SettingFault() }
        if spelling.unicodeScalars.contains(where: SettingType.isUnfitForPath) {
            throw SettingFault(reason: "it has a control character")
        }
        var components: [String] = []
        for bytes in spelling.utf8.split(separator: UInt8(ascii: "/")) {
            let name = String(decoding: bytes, as: UTF8.self)
            if name == "." { continue }
            if name == ".." { throw SettingFault(reason: "'..' cannot stand in it") }
            if bytes.count > 255 { throw SettingFault(reason: "one of its names has more than 255 bytes") }
            components.append(name)
        }
        self.components = components
        text = "/" + components.joined(separator: "/")
        if self.text.utf8.count > 4095 { throw SettingFault(reason: "it has more than 4095 bytes") }
    }

    /// Whether this is that directory or one below it.
    package func isWithin(_ other: AbsolutePath) -> Bool { components.starts(with: other.components) }

    /// Whether one of two directories is the other or holds it.
    package func overlaps(_ other: AbsolutePath) -> Bool { isWithin(other) || other.isWithin(self) }
}

extension AbsolutePath: CustomStringConvertible {
    /// The path as text.
    package var description: String { text }
}

extension SettingType {
    fileprivate static func isUnfitForPath(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
