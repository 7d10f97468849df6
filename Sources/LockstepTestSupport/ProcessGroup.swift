import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The processes that one command started, as far as they did not leave its session.
final class ProcessGroup: Sendable {
    private let identifier = Mutex<pid_t?>(nil)

    /// Names the group's first process.
    func began(_ identifier: pid_t) {
        self.identifier.withLock { $0 = identifier }
    }

    /// Gives processes that were hung up on a moment to end, then kills those that are left.
    func end() async {
        guard let group = identifier.withLock({ $0 }) else { return }
        // The caller may be cancelled, and could not wait.
        await Task {
            if await Self.isGone(group) { return }
            _ = kill(-group, SIGKILL)
            _ = await Self.isGone(group)
        }.value
    }

    private static func isGone(_ group: pid_t) async -> Bool {
        for _ in 0..<100 {
            if kill(-group, 0) != 0 { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
