import Playbooks

/// What a task has to wait for.
enum Blocker: Sendable, Hashable {
    /// The value of a variable that another task registers.
    case variable(RegisteredVariable)
    /// The success of tasks that it names in `after`.
    case tasks(TaskGroup)
    /// The end of a change that runs on the same host, by the id of its task instance.
    case change(Int)
}

/// The instances of a task: all of them, or those that have to do with one host or item.
struct TaskGroup: Sendable, Hashable {
    /// The task's title.
    var title: String
    /// The host on which it runs, or its item; nil for all.
    var subject: String?
}
