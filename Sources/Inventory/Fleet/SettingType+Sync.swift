import INIFile

/// The types of lists and amounts that say how a directory is mirrored.
extension SettingType {
    /// The items of a list: one a line, or with commas between; quotes keep commas and blanks at an item's ends.
    static func items(of text: String) throws(SettingFault) -> [String] {
        var items: [String] = []
        var item = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        var wasQuoted = false
        for scalar in text.unicodeScalars + ["\n"] {
            if let open = quote {
                guard scalar != "\n" else { throw SettingFault(reason: "a quote is not closed") }
                if scalar == open { quote = nil } else { item.append(scalar) }
                continue
            }
            switch scalar {
            case "'", "\"":
                // A quote inside of an item is a character like any other.
                guard item.isEmpty, !wasQuoted else { item.append(scalar); continue }
                quote = scalar
                wasQuoted = true
            case ",", "\n":
                if !wasQuoted { while item.last == " " || item.last == "\t" { item.removeLast() } }
                if item.isEmpty, scalar == "," || wasQuoted { throw SettingFault(reason: "one of them is empty") }
                if !item.isEmpty { items.append(String(item)) }
                (item, wasQuoted) = (String.UnicodeScalarView(), false)
            case " ", "\t":
                if wasQuoted || item.isEmpty { continue }
                item.append(scalar)
            default:
                if wasQuoted { throw SettingFault(reason: "something follows a closing quote") }
                item.append(scalar)
            }
        }
        return items
    }

    /// The one spelling of a variable's value. A list as Ansible writes it, `['*.tmp', '/cache/']`, has its own items.
    func normalized(_ variable: Variable) throws(SettingFault) -> String {
        guard case .list(let literals)? = variable.literal else { return try normalized(variable.value) }
        let items = literals.compactMap { if case .text(let text) = $0 { text } else { nil } }
        switch self {
        case .patterns, .nameMap, .modes:
            guard items.count == literals.count else {
                throw SettingFault(reason: "in a list, each item stands in quotes")
            }
        default: return try normalized(variable.value)
        }
        if items.contains("") { throw SettingFault(reason: "one of them is empty") }
        return switch self {
        case .nameMap: try Self.checkedNameMap(items)
        case .modes: try Self.checkedModes(items)
        default: try Self.checkedPatterns(items)
        }
    }

    /// Patterns of rsync, one a line.
    static func checkedPatterns(_ patterns: [String]) throws(SettingFault) -> String {
        for pattern in patterns {
            if pattern == "!" { throw SettingFault(reason: "'!' would clear rsync's list") }
            if pattern.utf8.count > 4095 { throw SettingFault(reason: "one of them has more than 4095 bytes") }
            if pattern.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
                throw SettingFault(reason: "one of them has a control character")
            }
        }
        return patterns.joined(separator: "\n")
    }

    /// A number of bytes, with k, M or G for powers of 1024, as a whole number.
    static func checkedBytes(_ text: String) throws(SettingFault) -> String {
        let units: [Character: Double] = ["k": 1024, "K": 1024, "M": 1_048_576, "G": 1_073_741_824]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") }
        guard isNumber, digits.utf8.count <= 15, let number = Double(digits) else { throw SettingFault() }
        let bytes = (number * (unit ?? 1)).rounded()
        guard bytes == 0 || bytes >= 1024 else { throw SettingFault(reason: "rsync cannot go below 1k") }
        guard bytes <= 1e15 else { throw SettingFault(reason: "that is more than any network has") }
        return String(Int(bytes))
    }

    /// Pairs from:to of user or group names or numbers, with commas between.
    static func checkedNameMap(_ items: [String]) throws(SettingFault) -> String {
        var pairs: [String] = []
        for pair in items {
            let sides = pair.split(separator: ":", omittingEmptySubsequences: false).map { blankless($0) }
            guard sides.count == 2 else { throw SettingFault(reason: "\(quoted(pair)) is not from:to") }
            guard sides[0] == "*" || isName(sides[0]) else {
                throw SettingFault(reason: "\(quoted(sides[0])) is no name or number")
            }
            guard isName(sides[1]) else { throw SettingFault(reason: "\(quoted(sides[1])) is no name or number") }
            pairs.append(sides.joined(separator: ":"))
        }
        return pairs.joined(separator: ",")
    }

    /// Modes as rsync's --chmod takes them: `D755`, `F644`, `ug=rwX`, with commas between.
    static func checkedModes(_ modes: [String]) throws(SettingFault) -> String {
        for mode in modes {
            let rest = mode.first == "D" || mode.first == "F" ? mode.dropFirst() : mode[...]
            let isOctal = (3...4).contains(rest.utf8.count) && rest.utf8.allSatisfy { (48...55).contains($0) }
            guard isOctal || isSymbolic(rest) else {
                throw SettingFault(reason: "\(quoted(mode)) is neither such as D755 nor such as Fug=rw")
            }
        }
        return modes.joined(separator: ",")
    }

    private static func isSymbolic(_ text: Substring) -> Bool {
        let who = text.prefix { "ugoa".contains($0) }
        let rest = text.dropFirst(who.count)
        guard let sign = rest.first, "+-=".contains(sign) else { return false }
        let rights = rest.dropFirst()
        // Nothing behind "=" takes all rights away; behind another sign it would mean nothing.
        return (sign == "=" || !rights.isEmpty) && rights.allSatisfy { "rwxXst".contains($0) }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64, isLetterOrDigit(first) || first == UInt8(ascii: "_")
        else { return false }
        return text.utf8.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }

    private static func blankless(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
