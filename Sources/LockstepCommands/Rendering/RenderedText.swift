import FleetRunner
import Provisioning
import TerminalOutput

/// Files of hosts as people read them: a header for each, then what is in it; what is the same on several hosts once.
struct RenderedText {
    /// The files, in the order of the hosts and of what is done on each.
    let files: [HostFile]
    /// Whether headers name the hosts.
    let namesHosts: Bool

    /// Equal files of several hosts, as one.
    private var groups: [(file: WantedFile, hosts: [String])] {
        var groups: [(file: WantedFile, hosts: [String])] = []
        var places: [WantedFile: Int] = [:]
        for file in files {
            if let place = places[file.file] {
                groups[place].hosts.append(file.host)
            } else {
                places[file.file] = groups.count
                groups.append((file.file, [file.host]))
            }
        }
        return groups
    }

    /// The text, a blank line between two files.
    var text: String {
        groups.map { file, hosts in
            let host = namesHosts ? "\(folded(hosts)): " : ""
            return "==> \(host)\(file.path) (\(file.rights))\(file.remarks)\n\(file.shownContent)"
        }.joined(separator: "\n")
    }
}

extension WantedFile {
    /// Owner, group and mode.
    fileprivate var rights: String {
        let names = [owner, group].compactMap(\.self).joined(separator: ":")
        return names.isEmpty ? octalMode : "\(names), \(octalMode)"
    }

    /// The permission bits as people write them: 0644.
    var octalMode: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// What a reader should know before the content.
    fileprivate var remarks: String {
        switch content {
        case .whole: condition.map { " \($0)" } ?? ""
        case .lines: " incomplete: other lines stay"
        case .madeThere: " incomplete: made there"
        }
    }

    /// What is known of the content; it ends with a newline unless it is empty.
    var shownContent: String {
        switch content {
        case .whole(let text): text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
        case .lines(let lines): lines.map { "\($0.text)\n" }.joined()
        case .madeThere(let what): "«known after apply: \(what)»\n"
        }
    }
}
