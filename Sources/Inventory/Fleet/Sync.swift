package import INIFile

/// A directory of the master that is mirrored, everything checked.
package struct Sync: Sendable, Hashable {
    /// The name of its section `[sync:NAME]`; none where variables say what is mirrored, which is one directory then.
    package let name: String?
    /// Where it is said: the section's title, or the master.
    package let position: SourcePosition
    /// The directory on the master.
    package let source: AbsolutePath
    /// Where that is set.
    package let sourceOrigin: SourcePosition?
    /// Its copies, in order of the slaves.
    package internal(set) var mirrors: [Mirror]
}

/// The copy of a directory on a slave, everything checked.
package struct Mirror: Sendable, Hashable {
    /// Its name, fit for files and services: the slave's, or `docs@edge1` for `[sync:docs]`; at most 72 bytes, so that a
    /// socket below /run can be named after it.
    package let name: String
    /// The slave's name.
    package let slave: String
    /// The directory on the slave.
    package let target: AbsolutePath
    /// How long changes are gathered before they are sent.
    package let delay: Duration
    /// All settings of a directory that is mirrored in their one spelling, with the defaults; lists have an item a line.
    package let settings: [String: String]
    /// Where each of them is set that is set: in the section, or as a variable of the slave or the master.
    package let origins: [String: SourcePosition]
}
