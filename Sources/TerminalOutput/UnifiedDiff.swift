/// The difference of two outputs in the form that `diff -u` prints, byte for byte.
struct UnifiedDiff: Sendable {
    private let old: [ArraySlice<UInt8>]
    private let new: [ArraySlice<UInt8>]
    private let edits: [Edit]

    private enum Edit {
        case keep(old: Int, new: Int)
        case remove(old: Int, new: Int)
        case add(old: Int, new: Int)

        var isChange: Bool { if case .keep = self { false } else { true } }
    }

    /// Compares two outputs.
    ///
    /// - Parameter effort: how many lines may differ before the rest is shown as replaced: the work grows with its square.
    init(from old: [UInt8], to new: [UInt8], effort: Int = 500) {
        self.old = Self.lines(of: old)
        self.new = Self.lines(of: new)
        edits = Self.edits(self.old, self.new, effort: effort)
    }

    /// Whether there is no difference.
    var isEmpty: Bool { !edits.contains(where: \.isChange) }

    /// The lines of the difference, each with its end: two with names, then hunks with three lines around each change.
    func lines(from oldName: String, to newName: String) -> [[UInt8]] {
        if isEmpty { return [] }
        var lines = [Array("--- \(oldName)\n".utf8), Array("+++ \(newName)\n".utf8)]
        for hunk in hunks { lines += self.lines(of: edits[hunk]) }
        return lines
    }

    // MARK: Hunks

    private static let context = 3

    private var hunks: [Range<Int>] {
        var hunks: [Range<Int>] = []
        for index in edits.indices where edits[index].isChange {
            let start = max(0, index - Self.context)
            let end = min(edits.count, index + Self.context + 1)
            if let last = hunks.last, last.upperBound >= start {
                hunks[hunks.count - 1] = last.lowerBound..<end
            } else {
                hunks.append(start..<end)
            }
        }
        return hunks
    }

    private func lines(of hunk: ArraySlice<Edit>) -> [[UInt8]] {
        var shown: [[UInt8]] = []
        var counts = (old: 0, new: 0)
        var start: (old: Int, new: Int)?
        for edit in hunk {
            switch edit {
            case .keep(let oldIndex, let newIndex):
                start = start ?? (oldIndex, newIndex)
                counts = (counts.old + 1, counts.new + 1)
                shown.append(Self.line(" ", old[oldIndex]))
            case .remove(let oldIndex, let newIndex):
                start = start ?? (oldIndex, newIndex)
                counts.old += 1
                shown.append(Self.line("-", old[oldIndex]))
            case .add(let oldIndex, let newIndex):
                start = start ?? (oldIndex, newIndex)
                counts.new += 1
                shown.append(Self.line("+", new[newIndex]))
            }
        }
        let (oldStart, newStart) = start ?? (0, 0)
        let header = "@@ -\(Self.place(oldStart, counts.old)) +\(Self.place(newStart, counts.new)) @@\n"
        return [Array(header.utf8)] + shown
    }

    /// A range of lines as `diff` writes it: counted from 1, and the line before where there is none.
    private static func place(_ start: Int, _ count: Int) -> String {
        count == 1 ? "\(start + 1)" : "\(count == 0 ? start : start + 1),\(count)"
    }

    private static func line(_ mark: String, _ line: ArraySlice<UInt8>) -> [UInt8] {
        let ending = line.last == 10 ? "" : "\n\\ No newline at end of file\n"
        return Array(mark.utf8) + line + Array(ending.utf8)
    }

    /// The lines of an output, each with its end; only the last may have none.
    private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: 10).map { $0 + 1 } ?? bytes.endIndex
            lines.append(bytes[start..<end])
            start = end
        }
        return lines
    }

    // MARK: Comparing (E. Myers, "An O(ND) difference algorithm and its variations", 1986)

    private static func edits(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>], effort: Int) -> [Edit] {
        var start = 0
        while start < old.count, start < new.count, old[start] == new[start] { start += 1 }
        var tail = 0
        while tail < old.count - start, tail < new.count - start,
            old[old.count - 1 - tail] == new[new.count - 1 - tail]
        { tail += 1 }
        var edits = (0..<start).map { Edit.keep(old: $0, new: $0) }
        let (oldEnd, newEnd) = (old.count - tail, new.count - tail)
        // Each text is compared once with each other: after that, numbers are compared.
        var numbers: [ArraySlice<UInt8>: Int] = [:]
        let number = { (line: ArraySlice<UInt8>) -> Int in
            let next = numbers.count
            return numbers[line]
                ?? {
                    numbers[line] = next; return next
                }()
        }
        let path = matches(old[start..<oldEnd].map(number), new[start..<newEnd].map(number), effort: effort)
        var (x, y) = (start, start)
        for (oldIndex, newIndex) in path.map({ ($0.0 + start, $0.1 + start) }) + [(oldEnd, newEnd)] {
            while x < oldIndex {
                edits.append(.remove(old: x, new: y))
                x += 1
            }
            while y < newIndex {
                edits.append(.add(old: x, new: y))
                y += 1
            }
            if x < oldEnd, y < newEnd {
                edits.append(.keep(old: x, new: y))
                (x, y) = (x + 1, y + 1)
            }
        }
        return edits + (0..<tail).map { Edit.keep(old: oldEnd + $0, new: newEnd + $0) }
    }

    /// The pairs of equal lines on the shortest way from one text to the other; none where that would take too long.
    private static func matches(_ old: [Int], _ new: [Int], effort: Int) -> [(Int, Int)] {
        var furthest = [1: 0]
        var trace: [[Int: Int]] = []
        let limit = min(old.count + new.count, effort)
        var distance = 0
        while distance <= limit {
            trace.append(furthest)
            for diagonal in stride(from: -distance, through: distance, by: 2) {
                var x = step(furthest, diagonal, distance).x
                var y = x - diagonal
                while x < old.count, y < new.count, old[x] == new[y] { (x, y) = (x + 1, y + 1) }
                furthest[diagonal] = x
                if x >= old.count, y >= new.count { return walkBack(trace, from: (old.count, new.count)) }
            }
            distance += 1
        }
        return []
    }

    private static func step(_ furthest: [Int: Int], _ diagonal: Int, _ distance: Int) -> (x: Int, from: Int) {
        let (left, right) = (furthest[diagonal - 1] ?? -1, furthest[diagonal + 1] ?? -1)
        let comesDown = diagonal == -distance || (diagonal != distance && left < right)
        return comesDown ? (right, diagonal + 1) : (left + 1, diagonal - 1)
    }

    private static func walkBack(_ trace: [[Int: Int]], from end: (Int, Int)) -> [(Int, Int)] {
        var matches: [(Int, Int)] = []
        var (x, y) = end
        for distance in trace.indices.reversed() {
            let (startX, origin) = step(trace[distance], x - y, distance)
            let startY = startX - (x - y)
            while x > startX, y > startY {
                (x, y) = (x - 1, y - 1)
                matches.append((x, y))
            }
            if distance > 0 { (x, y) = (trace[distance][origin] ?? 0, (trace[distance][origin] ?? 0) - origin) }
        }
        return matches.reversed()
    }
}
