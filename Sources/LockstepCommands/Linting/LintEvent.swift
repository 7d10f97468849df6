import INIFile

/// What `lockstep lint --json` prints, one object a line.
enum LintEvent: Sendable, Encodable {
    /// Something was found.
    case found(Finding)
    /// That was all.
    case finished(errors: Int, warnings: Int, exitCode: Int32)

    private enum Key: String, CodingKey {
        case event, severity, file, line, column, message, hint, notes, errors, warnings
        case exitCode = "exit_code"
    }

    private struct Note: Encodable {
        var place, message: String
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        switch self {
        case .found(let finding):
            try object.encode("found", forKey: .event)
            try object.encode(finding.severity.rawValue, forKey: .severity)
            try object.encodeIfPresent(finding.file, forKey: .file)
            try object.encodeIfPresent(finding.line, forKey: .line)
            try object.encodeIfPresent(finding.column, forKey: .column)
            try object.encode(finding.message, forKey: .message)
            try object.encodeIfPresent(finding.hint, forKey: .hint)
            let notes = finding.notes.map { Note(place: "\($0.position)", message: $0.message) }
            if !notes.isEmpty { try object.encode(notes, forKey: .notes) }
        case .finished(let errors, let warnings, let exitCode):
            try object.encode("finished", forKey: .event)
            try object.encode(errors, forKey: .errors)
            try object.encode(warnings, forKey: .warnings)
            try object.encode(exitCode, forKey: .exitCode)
        }
    }
}
