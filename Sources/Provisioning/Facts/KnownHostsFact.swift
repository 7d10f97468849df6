import RemoteHost

/// The lines of a known_hosts file on a host, byte for byte but for NUL, by the name that each begins with.
package struct KnownHostsFact: SingleFact {
    package static let kind = "known-hosts"
    package typealias Value = [[UInt8]: [[UInt8]]]

    /// The file's path.
    package let path: ExactPath

    /// Makes a fact.
    package init(_ path: String) {
        self.path = ExactPath(path)
    }

    package var script: String {
        "f=\(shellQuoted(path.text)); [ ! -e \"$f\" ] || \(LineEdit.printing("\"$f\""))"
    }

    package static func shown(_ lines: [[UInt8]: [[UInt8]]]) -> ShownValue {
        .fields([
            .init("names", .number(lines.count)), .init("lines", .number(lines.values.reduce(0) { $0 + $1.count })),
        ])
    }

    package func value(in output: ProbeOutput) throws(PlanError) -> [[UInt8]: [[UInt8]]] {
        guard output.status == 0 else { throw PlanError("\(path.text) cannot be read: \(output.failureText)") }
        // A line that no script can name is nobody's to change.
        return Dictionary(grouping: output.byteLines.filter(LineEdit.canName)) { line in
            Array(line.drop(while: isBlank).prefix { !isBlank($0) })
        }
    }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
