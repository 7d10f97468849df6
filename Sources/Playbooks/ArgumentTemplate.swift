/// The text behind a key of a task, with references to variables in it: `/etc/app/{{ item.name }}.conf`.
package struct ArgumentTemplate: Sendable, Hashable {
    /// A piece of the text.
    package enum Piece: Sendable, Hashable {
        /// Text that stands for itself.
        case text(String)
        /// A variable's value.
        case reference(VariableReference)
    }

    /// The pieces in their order.
    package let pieces: [Piece]

    /// Takes a text apart.
    package init(parsing text: String) throws(ArgumentTemplateError) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<open.lowerBound]))) }
            let inside = rest[open.upperBound...]
            guard let close = inside.firstRange(of: "}}") else {
                throw ArgumentTemplateError("'{{' has no '}}' behind it")
            }
            pieces.append(.reference(try VariableReference(parsing: inside[..<close.lowerBound])))
            rest = inside[close.upperBound...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        self.pieces = pieces
    }

    /// The variables that the text refers to.
    package var references: [VariableReference] {
        pieces.compactMap { piece in
            if case .reference(let reference) = piece { reference } else { nil }
        }
    }
}

/// A variable that a playbook refers to, and whose it is.
package struct VariableReference: Sendable, Hashable, CustomStringConvertible {
    /// Whose variable it is.
    package enum Owner: Sendable, Hashable {
        /// The host on which the task runs.
        case ownHost
        /// The host for which the task's loop runs.
        case item
        /// The host of that name; `master` also means the host in that role.
        case host(String)
    }

    /// Whose variable it is.
    package var owner: Owner
    /// The variable's name.
    package var name: String

    /// Reads `name`, `item.name` or `hostvars.HOST.name`.
    init(parsing text: Substring) throws(ArgumentTemplateError) {
        let path = text.filter { !$0.isWhitespace }
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy(Self.isName) else { throw Self.unreadable(text) }
        switch (parts.count, parts.first) {
        case (1, _): self.init(owner: .ownHost, name: parts[0])
        case (2, "item"): self.init(owner: .item, name: parts[1])
        // A host's name may have dots in it; a variable's cannot.
        case (3..., "hostvars"):
            self.init(owner: .host(parts[1..<(parts.count - 1)].joined(separator: ".")), name: parts[parts.count - 1])
        default: throw Self.unreadable(text)
        }
    }

    /// Whether a text can be the name of a variable.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0.isAlphanumeric }
    }

    init(owner: Owner, name: String) {
        self.owner = owner
        self.name = name
    }

    private static func unreadable(_ text: Substring) -> ArgumentTemplateError {
        ArgumentTemplateError(
            "'{{\(text)}}' names no variable; expected {{ name }}, {{ item.name }} or {{ hostvars.HOST.name }}"
        )
    }

    package var description: String {
        switch owner {
        case .ownHost: name
        case .item: "item.\(name)"
        case .host(let host): "hostvars.\(host).\(name)"
        }
    }
}

/// What is wrong with a reference to a variable.
package struct ArgumentTemplateError: Error, Sendable, Hashable {
    /// What is wrong, in one line.
    package var message: String

    init(_ message: String) { self.message = message }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
