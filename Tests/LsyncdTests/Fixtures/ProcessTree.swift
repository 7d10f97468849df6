import Foundation
import Glibc

/// The processes that a test started, found and ended one by one.
enum ProcessTree {
    /// All processes below this one, as the kernel sees them now.
    static func descendants(of root: Int32) -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        for (process, parent) in parents() { children[parent, default: []].append(process) }
        var found: [Int32] = []
        var open = [root]
        while let process = open.popLast() {
            let below = children[process] ?? []
            found += below
            open += below
        }
        return found
    }

    /// The processes in whose command line this text stands.
    static func withArgument(containing text: String) -> [Int32] {
        processes().filter { process in
            guard process != getpid(), let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
            else { return false }
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }

    /// Ends a process and all below it at once.
    static func kill(_ root: Int32) { signal(SIGKILL, root) }

    /// Stops a process and all below it where they are.
    static func stop(_ root: Int32) { signal(SIGSTOP, root) }

    /// Seconds of the processor that a process has used itself, as a user and in the kernel.
    static func processorTime(of process: Int32) -> Double? {
        guard let fields = status(of: process), let user = Double(fields[12]), let system = Double(fields[13]) else {
            return nil
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Whether a process waits for something to happen: one that only waits for its turn on a busy machine does not.
    static func isWaiting(_ process: Int32) -> Bool { status(of: process)?[1] == "S" }

    private static func signal(_ number: Int32, _ root: Int32) {
        let all = [root] + descendants(of: root)
        for process in all { _ = Glibc.kill(process, number) }
    }

    private static func processes() -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
    }

    private static func parents() -> [(Int32, Int32)] {
        processes().compactMap { process in
            status(of: process).flatMap { Int32($0[2]) }.map { (process, $0) }
        }
    }

    /// What the kernel says of a process (proc(5), `stat`): what ends its name, its state, its parent and so on.
    private static func status(of process: Int32) -> [Substring]? {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        // The second field is the program's name in brackets and may hold anything.
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].split(separator: " ")
        return fields.count > 13 ? fields : nil
    }
}
