/// One task on one host, for one item of its loop if it has one.
package struct TaskInstance: Sendable, Identifiable {
    /// Its place among all instances of the run.
    package var id: Int
    /// The task.
    package var task: PlaybookTask
    /// The host on which it runs.
    package var host: String
    /// The host for which the loop runs.
    package var item: String?

    /// The host that a failure counts against: the loop's host, or else the one on which it runs.
    package var subject: String { item ?? host }
}
