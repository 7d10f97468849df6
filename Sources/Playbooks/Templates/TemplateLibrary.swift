package import Provisioning
import Synchronization

/// The templates that a playbook may name, each read once.
package final class TemplateLibrary: Sendable {
    private let load: @Sendable (String) -> String?
    private let templates = Mutex<[String: Result<Template, TemplateError>]>([:])

    /// Makes a library; `load` gives the text of the template of a name, or nil where there is none.
    package init(load: @escaping @Sendable (String) -> String?) {
        self.load = load
    }

    /// A template's text with values filled in; what is wrong is told as a fault of the task's `src`.
    package func render(_ name: String, _ variables: [String: String]) throws(ArgumentError) -> String {
        let template = templates.withLock { templates -> Result<Template, TemplateError>? in
            if let known = templates[name] { return known }
            guard let text = load(name) else { return nil }
            let read = Result { () throws(TemplateError) in try Template(named: name, text: text) }
            templates[name] = read
            return read
        }
        guard let template else { throw ArgumentError("src", "there is no template '\(name)'") }
        do {
            return try template.get().render(variables)
        } catch {
            throw ArgumentError("src", error.description)
        }
    }
}
