/// A version of rsync, and what Lockstep may ask of it.
package struct RsyncVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let parts: [Int]

    /// Makes the version of three numbers.
    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        parts = [major, minor, patch]
    }

    /// Reads the version at the beginning of a text, such as `3.2.7` or `v3.5.0+ds1`; nil where there is none.
    package init?(_ text: some StringProtocol) {
        let numbers = text.utf8.drop { $0 == UInt8(ascii: "v") }
            .prefix { $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            .split(separator: UInt8(ascii: ".")).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count >= 3 else { return nil }
        self.init(numbers[0], numbers[1], numbers[2])
    }

    /// Reads the first line of what `rsync --version` prints; nil where it is not that of rsync.
    package init?(answer: some StringProtocol) {
        let words = answer.split(separator: " ")
        guard words.count >= 3, words[0] == "rsync", words[1] == "version" else { return nil }
        self.init(words[2])
    }

    /// The oldest version that works as the receiving side.
    ///
    /// - Parameter mapsNames: whether it has to know `--usermap` and `--groupmap`.
    package static func oldestReceiver(mapsNames: Bool) -> RsyncVersion {
        mapsNames ? RsyncVersion(3, 1, 0) : RsyncVersion(3, 0, 6)
    }

    package var description: String { parts.map(String.init).joined(separator: ".") }

    package static func < (left: RsyncVersion, right: RsyncVersion) -> Bool {
        left.parts.lexicographicallyPrecedes(right.parts)
    }

    /// Whether, as the receiving side, it takes `--modify-window=-1` for times to the nanosecond.
    ///
    /// 3.1.1 and 3.1.2 compare only sizes then; 3.1.0 and older take no two files for equal.
    package var comparesNanoseconds: Bool { self >= RsyncVersion(3, 1, 3) }

    /// Whether its `rrsync` leaves out pipes, sockets and devices.
    package var rrsyncLeavesOutSpecialFiles: Bool { self >= RsyncVersion(3, 5, 0) }
}
