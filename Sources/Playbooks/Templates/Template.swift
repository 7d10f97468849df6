import Mustache

/// A file of a playbook with places for values: a Mustache template in which a value can never become syntax.
///
/// `{{name}}` stands for a whole literal of the file's language, its quotes included: `source = {{source}}` in a
/// Lua file becomes `source = "/srv/data"`, and `{{exclude[]}}`, whose value has an item a line, a table of strings. The language is known by the template's name (see `TemplateSyntax`).
package struct Template: Sendable {
    /// The file's name, which decides on its language and stands in errors.
    package let name: String
    /// The variables that the text asks for.
    package var variables: Set<String> { Set(tags.map(\.name)) }

    private let tags: [TemplateTag]
    private let mustache: MustacheTemplate

    /// Reads a template's text and checks each of its tags.
    package init(named name: String, text: String) throws(TemplateError) {
        self.name = name
        let tagged = try TaggedText(text, template: name)
        tags = tagged.tags
        _ = Self.contentTypes
        do {
            mustache = try MustacheTemplate(string: tagged.text)
        } catch {
            throw TemplateError(
                code: .malformed,
                template: name,
                message: "Mustache cannot read it: \(error)",
                hint: "write {{name}}"
            )
        }
    }

    /// The file's text with these values; those that the template does not ask for are ignored.
    ///
    /// - Throws: `TemplateError` for a variable without a value, and for a value that the language cannot carry.
    package func render(_ values: [String: String]) throws(TemplateError) -> String {
        for tag in tags {
            guard let value = values[tag.name] else {
                let nearest = knownName(near: tag.name, among: values.keys)
                throw TemplateError(
                    code: .unknownVariable,
                    template: name,
                    line: tag.line,
                    variable: tag.name,
                    message: "{{\(tag.name)}} has no value",
                    hint: nearest.map { "did you mean {{\($0)}}?" }
                        ?? "known: \(values.keys.sorted().joined(separator: ", "))"
                )
            }
            do {
                _ = try tag.kind.literal(of: value)
            } catch {
                throw TemplateError(
                    code: .valueRefused,
                    template: name,
                    line: tag.line,
                    variable: tag.name,
                    message: "the value of \(tag.name) cannot stand here: \(error.reason)",
                    hint: "change \(tag.name) in the inventory"
                )
            }
        }
        return mustache.render(values)
    }

    /// Makes each kind of literal known to Mustache, whose content types are global; once for all templates.
    private static let contentTypes: Void = {
        for kind in LiteralKind.allCases {
            MustacheContentTypes.register(LiteralContentType(kind: kind), named: kind.rawValue)
        }
    }()
}

/// The bridge from Mustache's escaping to our literals.
private struct LiteralContentType: MustacheContentType {
    let kind: LiteralKind

    func escapeText(_ text: String) -> String {
        // Mustache's escaping cannot fail; `render` has tried each value before.
        (try? kind.literal(of: text)) ?? ""
    }
}
