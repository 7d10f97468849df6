/// Finds groups that are below themselves.
enum GroupCycle {
    /// A way from a group down to itself, that group first and last; none when there is no such group.
    static func find(in groups: [InventoryGroup]) -> [Int]? {
        enum Mark { case new, onPath, done }
        var marks = Array(repeating: Mark.new, count: groups.count)
        for start in groups.indices where marks[start] == .new {
            // A loop of its own, not recursion: a chain of groups may be as long as the file.
            var path = [(group: start, nextChild: 0)]
            marks[start] = .onPath
            while let (group, nextChild) = path.last {
                guard nextChild < groups[group].children.count else {
                    marks[group] = .done
                    path.removeLast()
                    continue
                }
                path[path.count - 1].nextChild += 1
                let child = groups[group].children[nextChild]
                switch marks[child] {
                case .done: continue
                case .onPath:
                    let first = path.firstIndex { $0.group == child } ?? 0
                    return path[first...].map(\.group) + [child]
                case .new:
                    marks[child] = .onPath
                    path.append((child, 0))
                }
            }
        }
        return nil
    }
}
