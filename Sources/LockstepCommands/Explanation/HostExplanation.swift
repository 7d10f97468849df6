import INIFile

/// What can be said of a host without connecting to it, each piece with where it comes from.
struct HostExplanation: Sendable, Hashable {
    /// The host's name.
    var host: String
    /// What it is in the fleet.
    var role: Role
    /// Where the inventory mentions it first.
    var position: SourcePosition
    /// The groups that it is in, the one whose variables win first.
    var groups: [String]
    /// What is mirrored from it or to it, each directory with the settings that count for it.
    var mirrors: [Mirrored]
    /// How it is reached from here.
    var way: [Fact]
    /// The settings that count for it, with their defaults.
    var settings: [Fact]
    /// The variables that are the user's own.
    var variables: [Fact]

    /// What a host is in the fleet.
    enum Role: Sendable, Hashable {
        /// The host that is mirrored from.
        case master
        /// A host that is mirrored to, from the master of that name.
        case slave(of: String)
        /// A host of other groups, such as a bastion.
        case none
    }

    /// A directory that is mirrored from the host or to it.
    struct Mirrored: Sendable, Hashable, Encodable {
        /// What it is, in one line.
        var title: String
        /// The settings that count for it, with their defaults.
        var settings: [Fact]
    }

    /// Something that holds, and why.
    struct Fact: Sendable, Hashable {
        /// What it is called.
        var name: String
        /// What holds; `[redacted]` in place of a password.
        var value: String
        /// Where that is said.
        var source: FactSource
        /// What else a reader should know of it.
        var remarks: [String] = []
        /// What would hold if the source said nothing, the next one first.
        var overridden: [Definition] = []
    }

    /// A value that was said and does not count.
    struct Definition: Sendable, Hashable, Encodable {
        /// The value.
        var value: String
        /// Where it is said.
        var source: FactSource
    }
}
