/// Writes values into an inventory so that they are read back as they were, by Lockstep and by Ansible.
enum InventoryQuoting {
    /// A value as it stands behind `name =` in a `:vars` section.
    static func value(_ text: String) -> String {
        let edges = [text.unicodeScalars.first, text.unicodeScalars.last]
        // Nothing but a line of its own is a comment there; in quotes, nobody takes the '#' for one.
        let isPlain = edges.allSatisfy { $0.map { !$0.properties.isWhitespace } ?? false } && !text.contains("#")
        return isPlain && !needsLiteral(text) ? text : literal(text)
    }

    /// `name=value` as it stands beside a host.
    static func assignment(_ name: String, _ text: String) -> String {
        // The shell's quotes are taken off first; what they held is then read as a value again.
        "\(name)=\(word(needsLiteral(text) ? literal(text) : text))"
    }

    /// A word of a host's line.
    static func word(_ text: String) -> String {
        // A bracket at the line's beginning opens a section's title.
        if !text.isEmpty, text.unicodeScalars.first != "[", text.unicodeScalars.allSatisfy(isHarmless) { return text }
        if !text.unicodeScalars.contains("'") { return "'\(text)'" }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    /// Whether a text would be read as something else than itself.
    private static func needsLiteral(_ text: String) -> Bool {
        Literal(parsing: text) != nil || text.unicodeScalars.contains(where: isControl)
    }

    /// A text as Python quotes it.
    private static func literal(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "\\":
                quoted += "\\"
                quoted.unicodeScalars.append(scalar)
            case _ where isControl(scalar):
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return SettingType.isLetterOrDigit(UInt8(ascii: scalar)) || "/._@%+,:=~-[]".unicodeScalars.contains(scalar)
        }
        return scalar.properties.isAlphabetic
    }
}
