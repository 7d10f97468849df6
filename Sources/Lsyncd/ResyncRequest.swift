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

    /// A sh script for the master that asks, and prints a line for each copy: the answer and the name.
    ///
    /// The directories of the run belong to lsyncd's user, who could put a link in a file's place: that user writes there, and
    /// root makes no more than a directory, which follows no link.
    package var script: String {
        let asks = copies.map { copy in
            let paths = copy.missing.map { " " + shellQuoted($0) }.joined()
            return "ask \(shellQuoted(copy.name))\(paths)\n"
        }
        return """
            export LC_ALL=C
            now=$(date +%s)
            as_user() { su -s /bin/sh lockstep -c "$1"; }
            ask() {
                copy=$1
                run=/run/lockstep/$copy
                shift
                written=$(stat -c %Y "$run/report.json" 2>/dev/null) || written=0
                if [ $((now - written)) -ge \(TargetReport.staleAfter) ]; then
                    printf 'silent %s\\n' "$copy"
                    return
                fi
                if [ $# -gt 0 ]; then
                    printf '%s\\0' "$@" |
                        as_user "cat >'$run/.accept-missing.new' && mv '$run/.accept-missing.new' '$run/accept-missing'"
                fi && { mkdir "$run/resync" 2>/dev/null || [ -e "$run/resync" ]; } && printf 'asked %s\\n' "$copy" || printf 'failed %s\\n' "$copy"
            }
            \(asks.joined())
            """
    }

    /// Reads what the script printed; nil where a copy has no answer.
    package func answers(in text: String) -> [(name: String, answer: Answer)]? {
        var answers: [String: Answer] = [:]
        for line in text.splitAtLineFeeds() {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            if words.count == 2, let answer = Answer(rawValue: words[0]) { answers[words[1]] = answer }
        }
        let found = copies.compactMap { copy in answers[copy.name].map { (name: copy.name, answer: $0) } }
        return found.count == copies.count ? found : nil
    }
}
