/// How long a host took for all facts of a kind.
package struct KindTime: Sendable, Hashable, Codable {
    /// The word for facts of the kind.
    package var kind: String
    /// Seconds.
    package var seconds: Double

    package init(_ kind: String, seconds: Double) {
        self.kind = kind
        self.seconds = seconds
    }
}
