/// A name with `*`, `?` and `[a-z]` in it, as shells and Ansible read them.
struct Wildcard {
    private enum Piece {
        case any
        case one
        case exactly(Unicode.Scalar)
        case among([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    private let pieces: [Piece]

    /// Whether a name has any such character.
    static func isOne(_ text: String) -> Bool { text.unicodeScalars.contains { "*?[".unicodeScalars.contains($0) } }

    /// Reads a wildcard; a bracket without its other half stands for itself.
    init(_ text: String) {
        var pieces: [Piece] = []
        let scalars = Array(text.unicodeScalars)
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "*": pieces.append(.any)
            case "?": pieces.append(.one)
            case "[":
                if let (piece, end) = Wildcard.choice(scalars, at: index) {
                    pieces.append(piece)
                    index = end
                } else {
                    pieces.append(.exactly("["))
                }
            default: pieces.append(.exactly(scalars[index]))
            }
            index += 1
        }
        self.pieces = pieces
    }

    /// Whether the whole name fits.
    func matches(_ name: String) -> Bool {
        let scalars = Array(name.unicodeScalars)
        var (piece, index) = (0, 0)
        // Where to go on when a star has to take one character more; only the last star ever needs it.
        var retry: (piece: Int, index: Int)?
        while index < scalars.count {
            if piece < pieces.count, case .any = pieces[piece] {
                retry = (piece + 1, index)
                piece += 1
            } else if piece < pieces.count, fits(pieces[piece], scalars[index]) {
                piece += 1
                index += 1
            } else if let last = retry {
                retry = (last.piece, last.index + 1)
                (piece, index) = (last.piece, last.index + 1)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { if case .any = $0 { true } else { false } }
    }

    private func fits(_ piece: Piece, _ scalar: Unicode.Scalar) -> Bool {
        switch piece {
        case .any: false
        case .one: true
        case .exactly(let expected): expected == scalar
        case .among(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        }
    }

    private static func choice(_ scalars: [Unicode.Scalar], at open: Int) -> (piece: Piece, end: Int)? {
        var index = open + 1
        let isNegated = index < scalars.count && scalars[index] == "!"
        if isNegated { index += 1 }
        // A bracket that comes first is one of the choices.
        guard index + 1 < scalars.count, let end = scalars[(index + 1)...].firstIndex(of: "]") else { return nil }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while index < end {
            if index + 2 < end, scalars[index + 1] == "-" {
                if scalars[index] <= scalars[index + 2] { ranges.append(scalars[index]...scalars[index + 2]) }
                index += 3
            } else {
                ranges.append(scalars[index]...scalars[index])
                index += 1
            }
        }
        return (.among(ranges, isNegated: isNegated), end)
    }
}
