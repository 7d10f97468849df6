/// Where a setting of a connection comes from: a line of a file.
package struct ConfigurationOrigin: Sendable, Hashable, CustomStringConvertible {
    /// The file's path, as messages show it.
    package var file: String
    /// The line's number, counted from 1.
    package var line: Int

    /// Makes an origin.
    package init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// The place as people write it: FILE:LINE.
    package var description: String { "\(file):\(line)" }
}

/// A value with the line that says it.
package struct Sourced<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The value.
    package var value: Value
    /// Where it is said.
    package var origin: ConfigurationOrigin

    /// Makes a sourced value.
    package init(_ value: Value, _ origin: ConfigurationOrigin) {
        self.value = value
        self.origin = origin
    }
}
