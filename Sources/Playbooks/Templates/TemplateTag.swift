/// One variable of a template, where it stands and how its value is written there.
struct TemplateTag: Sendable {
    /// The variable's name.
    var name: String
    /// The line, from 1.
    var line: Int
    /// How the value is written.
    var kind: LiteralKind
}

/// A template's text cut into tags, with each tag's content type put in front of it for Mustache.
struct TaggedText {
    /// The variables in their order.
    var tags: [TemplateTag] = []
    /// The text for Mustache.
    var text = ""

    /// Reads a template's text.
    ///
    /// - Throws: `TemplateError` for a tag that is malformed, that Lockstep does not render, or that stands where its
    ///   value could become syntax.
    init(_ source: String, template: String) throws(TemplateError) {
        let syntax = TemplateSyntax(templateName: template)
        // What a reader of the result would see, with a letter for each value.
        var seen: [Character] = []
        var rest = Array(source)[...]
        var line = 1
        while let character = rest.first {
            guard character == "{", rest.dropFirst().first == "{" else {
                if character.isNewline { line += 1 }
                seen.append(character)
                text.append(character)
                rest = rest.dropFirst()
                continue
            }
            let error = { (code: TemplateError.Code, variable: String?, message: String, hint: String?) in
                TemplateError(
                    code: code,
                    template: template,
                    line: line,
                    variable: variable,
                    message: message,
                    hint: hint
                )
            }
            guard let end = Self.end(of: rest) else {
                throw error(.malformed, nil, "a tag {{ has no }}", "write {{name}} on one line")
            }
            let inside = rest[(rest.startIndex + 2)..<end]
            rest = rest[(end + 2)...]
            if inside.first == "!" {
                text += "{{" + String(inside) + "}}"
                line += inside.count(where: \.isNewline)
                continue
            }
            let tag = String(inside).trimmed()
            let isList = tag.hasSuffix("[]")
            let name = isList ? String(tag.dropLast(2)) : tag
            if let message = Self.refusal(ofTag: name) {
                throw error(.tagRefused, nil, message, "write {{name}}")
            }
            guard Self.isName(name) else {
                throw error(
                    .malformed,
                    nil,
                    "{{\(String(inside))}} is not the name of a variable",
                    "a name has letters, digits and _, and [] behind it for a list"
                )
            }
            let kind: LiteralKind
            do {
                kind = try syntax.kind(after: seen, before: rest.first, isList: isList)
            } catch {
                throw TemplateError(
                    code: .placeRefused,
                    template: template,
                    line: line,
                    variable: name,
                    message: "{{\(name)}} stands \(error.reason)",
                    hint: "a value is written with its quotes; put the tag where a whole value can stand"
                )
            }
            tags.append(TemplateTag(name: name, line: line, kind: kind))
            seen.append("x")
            text += "{{% CONTENT_TYPE: \(kind.rawValue)}}{{\(name)}}"
        }
    }

    /// The index of the }} that ends the tag at the start of the text; a tag other than a comment ends on its line.
    private static func end(of text: ArraySlice<Character>) -> Int? {
        var index = text.startIndex + 2
        let isComment = index < text.endIndex && text[index] == "!"
        while index + 1 < text.endIndex {
            if text[index] == "}", text[index + 1] == "}" { return index }
            if text[index].isNewline, !isComment { return nil }
            index += 1
        }
        return nil
    }

    private static func refusal(ofTag name: String) -> String? {
        switch name.first {
        case "{", "&": "{{{ }}} and {{& }} would let a value become syntax"
        case "#", "^", "/": "{{\(name)}} is a section: a template has one shape, make two of it"
        case ">", "<", "$": "{{\(name)}} is a partial: a template is one file"
        case "=", "%": "{{\(name)}} would change how the rest is read"
        default: nil
        }
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first == UInt8(ascii: "_") || Character(Unicode.Scalar(first)).isLetter
        else { return false }
        return text.utf8.allSatisfy { byte in
            let character = Character(Unicode.Scalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber || character == "_")
        }
    }
}
