/// A task's arguments, read with their types.
package struct ModuleArguments: Sendable {
    private let values: [String: Deferred<String>]
    private let template: @Sendable (String) throws(ArgumentError) -> String

    /// Makes arguments.
    ///
    /// - Parameters:
    ///   - values: the text behind each key, variables filled in.
    ///   - template: renders the template of that name for the task's host and item.
    package init(
        _ values: [String: Deferred<String>],
        template: @escaping @Sendable (String) throws(ArgumentError) -> String = { (name) throws(ArgumentError) in
            throw ArgumentError("src", "there is no template '\(name)'")
        }
    ) {
        self.values = values
        self.template = template
    }

    /// Whether a key is there, known or not.
    package func has(_ key: String) -> Bool { values[key] != nil }

    /// A text that must be there, and known before any host is reached.
    package func text(_ key: String) throws(ArgumentError) -> String {
        guard let text = try optionalText(key), !text.isEmpty else {
            throw ArgumentError(key, "'\(key)' is missing")
        }
        return text
    }

    /// A text that may be left out; if there, it must be known before any host is reached.
    package func optionalText(_ key: String) throws(ArgumentError) -> String? {
        switch values[key] {
        case nil: return nil
        case .known(let text):
            guard !text.utf8.contains(0) else { throw ArgumentError(key, "'\(key)' holds a NUL byte") }
            return text
        case .afterApply:
            throw ArgumentError(key, "'\(key)' must be known before the run, but another task makes its value")
        }
    }

    /// A text that must be there, but may become known only after an earlier change.
    package func deferredText(_ key: String) throws(ArgumentError) -> Deferred<String> {
        switch values[key] {
        case .afterApply: .afterApply
        default: .known(try text(key))
        }
    }

    /// A text that may be left out, or be empty, and may become known only after an earlier change.
    package func deferredText(_ key: String, default assumed: String) throws(ArgumentError) -> Deferred<String> {
        switch values[key] {
        case .afterApply: .afterApply
        default: .known(try optionalText(key) ?? assumed)
        }
    }

    /// An absolute path without `.` and `..`, control characters or a slash at its end.
    package func path(_ key: String) throws(ArgumentError) -> String {
        let path = try text(key)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isClean =
            path.hasPrefix("/") && path.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
            && parts.allSatisfy { $0 != "" && $0 != "." && $0 != ".." }
        guard isClean else { throw ArgumentError(key, "'\(key)' must be an absolute path, not '\(path)'") }
        return path
    }

    /// A name of a user or group that must be there.
    package func account(_ key: String) throws(ArgumentError) -> String {
        let name = try text(key)
        let isName = !name.hasPrefix("-") && name.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "$") }
        guard isName else { throw ArgumentError(key, "'\(key)' must be a user or group name, not '\(name)'") }
        return name
    }

    /// A name of a user or group that may be left out.
    package func optionalAccount(_ key: String) throws(ArgumentError) -> String? {
        values[key] == nil ? nil : try account(key)
    }

    /// Permission bits in octal, such as 0755.
    package func mode(_ key: String) throws(ArgumentError) -> Int? {
        guard let text = try optionalText(key) else { return nil }
        guard let mode = Int(text, radix: 8), (0...0o7777).contains(mode), text.utf8.count <= 5 else {
            throw ArgumentError(key, "'\(key)' must be an octal mode such as 0644, not '\(text)'")
        }
        return mode
    }

    /// A whole number, zero or above.
    package func number(_ key: String) throws(ArgumentError) -> Int? {
        guard let text = try optionalText(key) else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw ArgumentError(key, "'\(key)' must be a whole number, not '\(text)'")
        }
        return number
    }

    /// A yes or no.
    package func flag(_ key: String, default assumed: Bool) throws(ArgumentError) -> Bool {
        switch try optionalText(key)?.lowercased() {
        case nil: assumed
        case "yes", "true", "on": true
        case "no", "false", "off": false
        case let other?: throw ArgumentError(key, "'\(key)' must be yes or no, not '\(other)'")
        }
    }

    /// One of a few words.
    package func choice(_ key: String, of words: [String], default assumed: String) throws(ArgumentError) -> String {
        let word = try optionalText(key) ?? assumed
        guard words.contains(word) else {
            throw ArgumentError(key, "'\(key)' must be \(words.joined(separator: " or ")), not '\(word)'")
        }
        return word
    }

    /// Words between white space; none where the key is left out.
    package func words(_ key: String) throws(ArgumentError) -> [String] {
        (try optionalText(key) ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// One word a line, spaces inside a word kept; none where the key is left out.
    package func lines(_ key: String) throws(ArgumentError) -> [String] {
        (try optionalText(key) ?? "").split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
    }

    /// The template that the key names, rendered for the task's host and item.
    package func rendered(_ key: String) throws(ArgumentError) -> String {
        try template(text(key))
    }
}

/// What is wrong with an argument of a task.
package struct ArgumentError: Error, Sendable, Hashable {
    /// The key of the argument.
    package var key: String
    /// What is wrong, in one line.
    package var message: String

    /// Makes an error.
    package init(_ key: String, _ message: String) {
        self.key = key
        self.message = message
    }
}

/// Whether a byte may stand in a name of a package, unit, user or kernel setting.
func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "+-._@:".utf8.contains(byte)
    }
}
