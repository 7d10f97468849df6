/// A list of hosts in as few words as possible: `edge[1-3,7],hub`, `node[01-10]`, `r[1-2]n[1-4]`.
///
/// Numbers fold one after the other, the last first; what does not fold stands by itself. Leading zeros are kept.
package func folded(_ names: [String]) -> String {
    var shapes = names.map(NameShape.init)
    let most = shapes.map(\.numbers.count).max() ?? 0
    for place in (0..<most).reversed() { shapes = NameShape.merged(shapes, at: place) }
    return shapes.map(\.text).joined(separator: ",")
}

/// Names that differ in their numbers only: texts, and between each two of them the numbers that stand there.
private struct NameShape: Hashable {
    private(set) var texts: [String] = []
    private(set) var numbers: [[PaddedNumber]] = []

    init(_ name: String) {
        var text = ""
        var rest = name.unicodeScalars[...]
        while let first = rest.first {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(max(1, digits.count))
            if let number = PaddedNumber(String(digits)) {
                texts.append(text)
                numbers.append([number])
                text = ""
            } else if digits.isEmpty {
                text.unicodeScalars.append(first)
            } else {
                text.unicodeScalars.append(contentsOf: digits)
            }
        }
        texts.append(text)
    }

    /// Joins the shapes that are equal but for one place, in the order in which they come.
    static func merged(_ shapes: [NameShape], at place: Int) -> [NameShape] {
        var merged: [NameShape] = []
        var indices: [NameShape: Int] = [:]
        for shape in shapes {
            guard shape.numbers.indices.contains(place) else {
                merged.append(shape)
                continue
            }
            var rest = shape
            rest.numbers[place] = []
            if let index = indices[rest] {
                merged[index].numbers[place] += shape.numbers[place]
            } else {
                indices[rest] = merged.count
                merged.append(shape)
            }
        }
        // The order within a place must not keep equal places apart later.
        for index in merged.indices where merged[index].numbers.indices.contains(place) {
            merged[index].numbers[place] = Array(Set(merged[index].numbers[place])).sorted()
        }
        return merged
    }

    var text: String {
        zip(texts, numbers).map { $0 + Self.ranges(of: $1) }.joined() + (texts.last ?? "")
    }

    private static func ranges(of numbers: [PaddedNumber]) -> String {
        if numbers.count == 1 { return numbers[0].text }
        var runs: [(first: PaddedNumber, last: PaddedNumber)] = []
        for number in numbers {
            if let last = runs.last?.last, last.isFollowed(by: number) {
                runs[runs.count - 1].last = number
            } else {
                runs.append((number, number))
            }
        }
        let words = runs.map { $0.first == $0.last ? $0.first.text : "\($0.first.text)-\($0.last.text)" }
        return "[\(words.joined(separator: ","))]"
    }
}

/// A number as it is written in a name.
private struct PaddedNumber: Hashable, Comparable {
    let text: String
    private let value: Int

    /// Makes a number of digits; more of them than any count of hosts needs are a text.
    init?(_ digits: String) {
        guard !digits.isEmpty, digits.utf8.count <= 18, let value = Int(digits) else { return nil }
        self.value = value
        text = digits
    }

    static func < (one: PaddedNumber, other: PaddedNumber) -> Bool {
        (one.value, one.text.utf8.count) < (other.value, other.text.utf8.count)
    }

    /// Whether a range that ends here may go on with another number: 9 with 10 and 09 with 10, but not 9 with 010.
    func isFollowed(by next: PaddedNumber) -> Bool {
        guard next.value == value + 1 else { return false }
        if text.utf8.count == next.text.utf8.count { return true }
        return !text.hasPrefix("0") && !next.text.hasPrefix("0")
    }
}
