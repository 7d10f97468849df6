import INIFile
import Playbooks
import SecureShell

/// Something wrong or odd that is found before any host is reached, in the words that a person reads.
struct Finding: Sendable, Hashable {
    /// Whether a run would be refused for it.
    var severity: Severity
    /// The file that it is in; none where it is in no file.
    var file: String?
    /// The line, from 1; none where the whole file is meant.
    var line: Int?
    /// The character in the line, from 1; none where the whole line is meant.
    var column: Int?
    /// What it is, in one line.
    var message: String
    /// What to try next, in one line.
    var hint: String?
    /// The text of the line; none where it must not be shown, or is not known.
    var sourceLine: String?
    /// Other places that belong to it.
    var notes: [SourceDiagnostic.Note] = []

    /// How grave a finding is.
    enum Severity: String, Sendable, Hashable {
        /// Nothing runs before it is mended.
        case error
        /// It is odd, and may be meant.
        case warning
    }

    init(_ severity: Severity, _ message: String, hint: String? = nil) {
        self.severity = severity
        self.message = message
        self.hint = hint
    }

    init(_ severity: Severity, _ diagnostic: SourceDiagnostic) {
        self.init(severity, diagnostic.message, hint: diagnostic.hint)
        file = diagnostic.position.file
        line = diagnostic.position.line
        column = diagnostic.position.column
        sourceLine = diagnostic.sourceLine
        notes = diagnostic.notes
    }

    init(_ severity: Severity, _ error: ClientConfigurationError) {
        self.init(severity, error.message, hint: error.hint)
        file = error.origin?.file
        line = error.origin?.line
    }

    /// The finding as a block of lines: place, message, the line with a caret below the place, notes and hint.
    var text: String { text(labelled: false) }

    /// The finding as a block of lines that says how grave it is.
    var labelledText: String { text(labelled: true) }

    private func text(labelled: Bool) -> String {
        let message = labelled ? "\(severity): \(message)" : message
        if let file, let line, let column {
            let position = SourcePosition(file: file, line: line, column: column)
            return SourceDiagnostic(at: position, message, hint: hint, sourceLine: sourceLine, notes: notes).rendered
        }
        let place = [file, line.map(String.init)].compactMap(\.self).joined(separator: ":")
        return (place.isEmpty ? message : "\(place): \(message)") + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}

extension Finding: Comparable {
    /// Whether a finding comes first: by file, then from top to bottom; at one place, errors before warnings.
    static func < (left: Finding, right: Finding) -> Bool {
        let places = [left, right].map { ($0.file ?? "", $0.line ?? 0, $0.column ?? 0) }
        if places[0] != places[1] { return places[0] < places[1] }
        return (left.severity.rawValue, left.message) < (right.severity.rawValue, right.message)
    }
}
