/// Why a lab could not be made, changed or taken down.
package struct LabError: Error, Sendable, Hashable {
    /// What kind of failure this is.
    package var code: Code
    /// What failed and where, with what the failing tool said.
    package var message: String
    /// What to try next, in one line.
    package var hint: String?

    /// The kinds of failure.
    package enum Code: Sendable, Hashable {
        /// The request makes no sense: a number out of range, a path that cannot be written down.
        case invalidRequest
        /// A lab is up that is not the one asked for, or a file stands in the way that no lab wrote.
        case conflict
        /// Another process is changing this lab right now.
        case busy
        /// There is no lab, or no such host in it.
        case notFound
        /// This user may not make containers here.
        case notPermitted
        /// No container engine that works here.
        case noEngine
        /// A tool that the lab needs is not installed.
        case missingTool
        /// The base image could not be made or fetched.
        case image
        /// An engine or a tool answered with an error.
        case toolFailed
        /// A host did not boot, or does not let the lab's key in.
        case hostNotReady
        /// A file could not be read or written.
        case file
        /// A deadline passed.
        case timedOut
        /// The task was cancelled.
        case cancelled
    }

    /// Makes an error.
    package init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}
