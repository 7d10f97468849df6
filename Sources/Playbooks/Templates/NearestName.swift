/// The known name that a mistyped one most likely means, or nil where none is near.
func nearestName(to name: String, among known: some Sequence<String>) -> String? {
    let candidates = known.map { (distance: editDistance(name, $0), name: $0) }
    guard let best = candidates.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    return best.distance <= max(min(2, name.count - 1), name.count / 3) ? best.name : nil
}

/// How many letters must be put in, taken out or changed to make one text of the other.
private func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var row = Array(0...second.count)
    for (index, character) in first.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in second.indices {
            let changed = diagonal + (second[column] == character ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(changed, row[column + 1] + 1, row[column] + 1)
        }
    }
    return row[second.count]
}
