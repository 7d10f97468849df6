import BuiltInPlaybooks
import Foundation
import INIFile
import Playbooks
import SystemPackage

/// A playbook's text with the templates that its tasks may name.
struct PlaybookText {
    /// The file's name, for messages.
    let file: String
    /// The text.
    let text: String
    /// The templates: those in the folder `templates` beside the file, then the built-in ones.
    let templates: TemplateLibrary
    private let lines: [Substring]

    /// The built-in playbook.
    static let up = PlaybookText(Playbook.upFile, BuiltInPlaybooks.up, templates: .builtIn)

    /// Reads a playbook from a file.
    init(file: String) throws(CommandFailure) {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(
                "the playbook '\(file)' cannot be read",
                hint: "is the path right, and may you read it?"
            )
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw CommandFailure("the playbook '\(file)' is not UTF-8 text")
        }
        let folder = FilePath(file).removingLastComponent().appending("templates")
        let templates = TemplateLibrary { name in
            let own = name.contains("/") ? nil : FileManager.default.contents(atPath: folder.appending(name).string)
            return own.map { String(decoding: $0, as: UTF8.self) } ?? BuiltInPlaybooks.template(named: name)
        }
        self.init(file, text, templates: templates)
    }

    private init(_ file: String, _ text: String, templates: TemplateLibrary) {
        self.file = file
        self.text = text
        self.templates = templates
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// A fault with the line that it is in.
    func finding(_ error: PlaybookError) -> Finding {
        let index = error.position.line - 1
        let line = lines.indices.contains(index) ? String(lines[index]) : nil
        return Finding(
            .error,
            SourceDiagnostic(at: error.position, error.message, hint: error.hint, sourceLine: line)
        )
    }
}
