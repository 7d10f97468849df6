/// The number of letters that must be changed, added or left out to make one word of another, as far as `limit`.
///
/// - Returns: the distance, or none when it is greater than the limit.
package func editDistance(_ left: String, _ right: String, limit: Int) -> Int? {
    let (first, second) = (Array(left.utf8), Array(right.utf8))
    guard abs(first.count - second.count) <= limit else { return nil }
    var row = Array(0...second.count)
    for (index, letter) in first.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        var best = row[0]
        for column in second.indices {
            let substituted = diagonal + (letter == second[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
            best = min(best, row[column + 1])
        }
        if best > limit { return nil }
    }
    return row[second.count] <= limit ? row[second.count] : nil
}

/// The known name that a mistyped one was probably meant to be; none when no name is near.
///
/// - Parameters:
///   - name: the name as it was written.
///   - names: the names that there are.
///   - limit: how many letters may differ; without it two, of a word of three letters or fewer one.
package func nearestName(to name: String, among names: some Sequence<String>, within limit: Int? = nil) -> String? {
    // Of a short word, two letters are too much of it.
    let limit = limit ?? (name.utf8.count <= 3 ? 1 : 2)
    var nearest: (name: String, distance: Int)?
    for candidate in names where candidate != name {
        guard let distance = editDistance(name, candidate, limit: limit) else { continue }
        let isBetter = nearest.map { ($0.distance, $0.name) > (distance, candidate) } ?? true
        if isBetter { nearest = (candidate, distance) }
    }
    return nearest?.name
}
