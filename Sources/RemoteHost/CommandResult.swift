/// How a command ended and what it printed.
package struct CommandResult: Sendable, Hashable {
    /// The way the command ended.
    package var exit: Exit
    /// All of its standard output, byte for byte.
    package var standardOutput: [UInt8]
    /// All of its standard error, byte for byte.
    package var standardError: [UInt8]

    /// The way a command ended.
    package enum Exit: Sendable, Hashable {
        /// It ended by itself with this status, 0 to 255.
        case status(Int32)
        /// A signal ended it; the name is without "SIG", as in RFC 4254 section 6.10.
        case signal(String)
    }

    /// Makes a result.
    package init(exit: Exit, standardOutput: [UInt8] = [], standardError: [UInt8] = []) {
        self.exit = exit
        self.standardOutput = standardOutput
        self.standardError = standardError
    }

    /// Whether the command ended by itself with status 0.
    package var succeeded: Bool { exit == .status(0) }

    /// Standard output as text; bytes that are not UTF-8 are shown as U+FFFD.
    package var outputText: String { String(decoding: standardOutput, as: UTF8.self) }

    /// Standard error as text; bytes that are not UTF-8 are shown as U+FFFD.
    package var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

/// A piece of a running command's output.
package enum OutputChunk: Sendable, Hashable {
    /// Bytes of standard output.
    case standardOutput([UInt8])
    /// Bytes of standard error.
    case standardError([UInt8])
}
