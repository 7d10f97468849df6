/// A transfer to a slave that goes on, as the master tells it: a canary has to wait for its end.
package struct OngoingTransfer: Sendable, Hashable {
    /// How long it has gone on, in seconds.
    package var seconds: Int
    /// How many attempts to transfer had failed when it began: where they become more, this one has failed.
    package var failures: Int

    /// Makes a transfer that goes on.
    package init(seconds: Int, failures: Int = 0) {
        self.seconds = seconds
        self.failures = failures
    }
}
