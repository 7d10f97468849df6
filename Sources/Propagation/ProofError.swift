package import RemoteHost

/// Why a proof has shown nothing: the fault is with the master.
package struct ProofError: Error, Sendable, Hashable {
    /// What kind of failure this is.
    package var code: Code
    /// What failed, in one line, without the host's name; with the shell's message where there is one.
    package var message: String
    /// What to try next, in one line.
    package var hint: String?

    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The canary could not be written: the source is missing, full or closed to this user.
        case notWritable
        /// Something of the canary may be left in the source.
        case notRemoved
        /// The connection to the master failed.
        case lost(RemoteHostError.Code)
        /// The master did not answer within the deadline.
        case silent
    }

    /// Makes an error.
    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
