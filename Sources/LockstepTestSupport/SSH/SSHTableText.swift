import Foundation

/// The texts of the table in docs/ssh.md: the same in every run, and fit for a cell of a Markdown table.
package enum SSHTableText {
    /// A message without what differs from run to run: addresses, ports, folders, fingerprints, versions of libssh2, the
    /// number of tries, the user who runs the tests.
    package static func stable(_ message: String) -> String {
        message
            .replacing(#/\[?127\.\d+\.\d+\.\d+\]?/#, with: "HOST")
            .replacing(#/port \d+/#, with: "port PORT")
            .replacing(#/(\/[^\/ :,]+)+\/lockstep-[0-9a-z]+\//#, with: "")
            .replacing(#/SHA256:[A-Za-z0-9+\/]+/#, with: "SHA256:…")
            .replacing(#/libssh2 \d+(\.\d+)+/#, with: "libssh2")
            .replacing(#/, \d+ times:/#, with: ", … times:")
            .replacing(#/SSH-2\.0-[^)”]+/#, with: "SSH-2.0-…")
            .replacing("\(NSUserName()) was not let in", with: "USER was not let in")
            .replacing("the login of \(NSUserName()) ", with: "the login of USER ")
    }

    /// A text as one cell: no tab, line end or bar.
    package static func cell(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("|", with: "\\|")
    }
}
