/// The language of a template's text, known by its name.
enum TemplateSyntax: Sendable {
    /// Lua source: `.lua`.
    case lua
    /// POSIX sh: `.sh`, and names without an extension.
    case shell
    /// A systemd unit: `.service` and its kin; with a further `.conf`, a drop-in for one.
    case unit
    /// Any other text.
    case plain

    /// The language of the template with this name.
    init(templateName: String) {
        let file = templateName.split(separator: "/").last ?? ""
        let parts = file.split(separator: ".", omittingEmptySubsequences: false)
        switch parts.count > 1 ? parts[parts.count - 1] : "" {
        case "lua": self = .lua
        case "", "sh": self = .shell
        case let kind where Self.unitKinds.contains(kind): self = .unit
        case "conf" where Self.unitKinds.contains(parts[parts.count - 2]): self = .unit
        default: self = .plain
        }
    }

    private static let unitKinds: Set<Substring> = [
        "service", "socket", "timer", "path", "mount", "automount", "target", "slice",
    ]

    /// The kind of literal that a value after this text must be.
    ///
    /// - Parameter isList: whether the value has an item a line, `{{name[]}}`.
    /// - Throws: `PlaceRefusal` where no literal can stand there.
    func kind(
        after text: [Character],
        before next: Character?,
        isList: Bool = false
    ) throws(PlaceRefusal) -> LiteralKind {
        switch self {
        case .lua:
            if let reason = LuaSyntax.objection(after: text) { throw PlaceRefusal(reason: reason) }
            return isList ? .luaTable : .luaString
        case .shell:
            if let reason = ShellSyntax.objection(after: text) { throw PlaceRefusal(reason: reason) }
            if isList { throw noList }
            return .shellWord
        case .unit:
            let kind = try UnitSyntax.kind(after: text, before: next).get()
            guard isList else { return kind }
            guard kind == .unitWord else { throw noList }
            return .unitWords
        case .plain:
            if isList { throw noList }
            return .line
        }
    }

    private var noList: PlaceRefusal { PlaceRefusal(reason: "where no list can stand") }
}

/// Why no value may stand at some place of a template.
struct PlaceRefusal: Error {
    /// The place, to follow "{{x}} stands ".
    var reason: String
}
