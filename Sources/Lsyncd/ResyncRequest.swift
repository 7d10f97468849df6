package import Provisioning
import RemoteHost

/// What asks the layer of some copies for a full pass, and tells it of mounts that are gone for good.
package struct ResyncRequest: Sendable, Hashable {
    /// A copy, and the paths below its source, with a slash in front, that are accepted as missing: `/` for what the
    /// source itself lies on.
    package struct Copy: Sendable, Hashable {
        /// Its name.
        package var name: String
        /// The paths.
        package var missing: [String]

        /// Makes a copy of which something is asked.
        package init(name: String, missing: [String]) {
            self.name = name
            self.missing = missing
        }
    }

    /// What came of a request for one copy.
    package enum Answer: String, Sendable, Hashable, Codable {
        /// Its lsyncd was asked.
        case asked
        /// Its lsyncd does not run, or has said nothing for a while.
        case silent
        /// The request could not be written.
        case failed
    }

    /// The copies that are asked for.
    package var copies: [Copy]

    /// Makes a request.
    package init(copies: [Copy]) { self.copies = copies }

    /// Where a path lies below a source: `/media` for `/srv/site/media`, `/` for the source; nil where it lies elsewhere.
    package static func place(of path: String, below source: String) -> String? {
        let (path, source) = (Array(path.utf8), Array(source.utf8))
        let slash = UInt8(ascii: "/")
        func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
            var bytes = bytes[...]
            while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
            return bytes
        }
        let (inner, outer) = (trimmed(path), trimmed(source))
        if inner == outer { return "/" }
        guard inner.starts(with: outer + [slash]) else { return nil }
        return String(decoding: inner.dropFirst(outer.count), as: UTF8.self)
    }

    /// What the master is asked first: which of the copies have an lsyncd that says something.
    package var facts: FactSet { CopyReports.facts(of: copies.map(\.name)) }

    /// What asks the lsyncd of each copy that has said something lately, by the copy's name and what the master has answered.
    package func changes(after facts: Facts) throws(PlanError) -> [String: Change] {
        let reports = try CopyReports(of: copies.map(\.name), in: facts)
        let changes = copies.filter { reports.alive($0.name) != nil }.map { copy in
            (copy.name, Change("ask for a full pass of \(copy.name)", script: Self.script(asking: copy)))
        }
        return Dictionary(changes) { first, _ in first }
    }

    /// The directories of the run belong to lsyncd's user, who could put a link in a file's place: that user writes there, and
    /// root makes no more than a directory, which follows no link.
    private static func script(asking copy: Copy) -> String {
        let run = "/run/lockstep/\(copy.name)"
        var lines = [
            "mkdir \(shellQuoted("\(run)/resync")) 2>/dev/null || [ -e \(shellQuoted("\(run)/resync")) ]"
        ]
        if !copy.missing.isEmpty {
            let new = shellQuoted("\(run)/.accept-missing.new")
            let write = "cat >\(new) && mv \(new) \(shellQuoted("\(run)/accept-missing"))"
            let paths = copy.missing.map(shellQuoted).joined(separator: " ")
            lines.insert("printf '%s\\0' \(paths) | su -s /bin/sh lockstep -c \(shellQuoted(write))", at: 0)
        }
        return lines.joined(separator: "\n")
    }

    /// What came of it for each copy; nil where a change has no end.
    ///
    /// - Parameter outputs: how each of the changes ended, by the copy's name.
    package func answers(in outputs: [String: ProbeOutput?]) -> [(name: String, answer: Answer)]? {
        var answers: [(name: String, answer: Answer)] = []
        for copy in copies {
            switch outputs[copy.name] {
            case nil: answers.append((copy.name, .silent))
            case .some(nil): return nil
            case .some(let output?): answers.append((copy.name, output.hasSucceeded ? .asked : .failed))
            }
        }
        return answers
    }
}
