/// A version of lsyncd, and whether Lockstep's layer can work on it.
package struct LsyncdVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The first number.
    package let major: Int
    /// The second number.
    package let minor: Int
    /// The third number.
    package let patch: Int

    /// Makes a version of its numbers.
    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        (self.major, self.minor, self.patch) = (major, minor, patch)
    }

    /// Reads what `lsyncd -version` prints: "Version: 2.2.3". Nil where no such line is there.
    package init?(parsing output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ")
            guard words.count == 2, words[0] == "Version:" else { continue }
            let numbers = words[1].split(separator: ".", omittingEmptySubsequences: false)
            guard numbers.count == 3, let major = Int(numbers[0]), let minor = Int(numbers[1]) else { return nil }
            // A build between two releases says 2.3.1-beta1.
            guard let patch = Int(numbers[2].prefix { $0.isASCII && $0.isNumber }) else { return nil }
            self.init(major, minor, patch)
            return
        }
        return nil
    }

    /// The oldest version on which the layer works.
    package static let oldest = LsyncdVersion(2, 2, 2)

    /// Why this version cannot be used, and what to do; nil where it can.
    package var refusal: String? {
        if self >= Self.oldest { return nil }
        if (major, minor) == (2, 2) {
            return "lsyncd \(self) crashes when a directory tree is deleted; install \(Self.oldest) or later"
        }
        return "lsyncd \(self) is too old for Lockstep's configuration; install \(Self.oldest) or later"
    }

    /// The version as lsyncd prints it.
    package var description: String { "\(major).\(minor).\(patch)" }

    /// Older versions come first.
    package static func < (left: LsyncdVersion, right: LsyncdVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
