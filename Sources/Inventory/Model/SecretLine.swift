import INIFile

/// Finds lines of an inventory that must not be shown, because a password stands in them.
enum SecretLine {
    /// The column, from 1, where the first variable begins whose value is a secret, or could be one; none when there
    /// is none.
    static func column(in line: String) -> Int? {
        let scalars = Array(line.unicodeScalars)
        var start: Int?
        for (index, scalar) in scalars.enumerated() {
            if isNamePart(scalar) {
                start = start ?? index
                continue
            }
            if let start, scalars[index...].first(where: { $0 != " " && $0 != "\t" }) == "=",
                isSecret(name: String(String.UnicodeScalarView(scalars[start..<index])))
            {
                return start + 1
            }
            start = nil
        }
        return nil
    }

    /// Whether a variable of that name holds a password: by the table, by a slip of the pen, or by what people call it.
    static func isSecret(name: String) -> Bool {
        let lower = name.lowercased()
        return lower.contains("pass") || Setting.secretNames.contains { editDistance(lower, $0, limit: 2) != nil }
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}

extension Setting {
    /// Whether nobody may see the value of a variable of that name, be it a setting or somebody's own.
    package static func isSecret(_ name: String) -> Bool { SecretLine.isSecret(name: name) }
}

extension SourceDiagnostic {
    /// The diagnostic without its line when a password stands in it, and without a message that may quote of it.
    func withoutSecrets(isSyntax: Bool) -> SourceDiagnostic {
        guard let sourceLine, let secret = SecretLine.column(in: sourceLine) else { return self }
        var diagnostic = self
        diagnostic.sourceLine = nil
        if isSyntax, position.column >= secret {
            diagnostic.message = "this line, which holds a password, is not understood from here on"
            diagnostic.hint = "a password with blanks, quotes or '#' needs quotes around it"
        }
        return diagnostic
    }
}
