package import Propagation
import RemoteHost

/// One thing done on many hosts side by side, none of them waiting for another.
package struct AdHocRun: Sendable {
    private let verb: String
    private let hosts: [AdHocHost]
    private let forks: Int
    private let interruption: Interruption
    private let publish: @Sendable (AdHocEvent) -> Void

    /// Makes a run.
    ///
    /// - Parameters:
    ///   - verb: what is done: "exec", "ping", "facts".
    ///   - hosts: where.
    ///   - forks: on how many hosts at the same time.
    ///   - interruption: once it is asked for, no further host is begun.
    ///   - publish: is told of everything that happens, from any thread.
    package init(
        verb: String,
        hosts: [AdHocHost],
        forks: Int,
        interruption: Interruption,
        publish: @escaping @Sendable (AdHocEvent) -> Void
    ) {
        self.verb = verb
        self.hosts = hosts
        self.forks = forks
        self.interruption = interruption
        self.publish = publish
    }

    /// Visits every host, and tells how they came out together.
    package func callAsFunction(_ visit: @escaping @Sendable (AdHocHost) async -> AdHocReport) async -> AdHocSummary {
        let clock = ContinuousClock()
        let start = clock.now
        let tally = AdHocTally()
        let window = ForkWindow(places: forks)
        publish(.started(verb: verb, hosts: hosts))
        await withTaskGroup { group in
            async let _ = watchInterruption(tally)
            for host in hosts {
                group.addTask {
                    let place = await window.enter()
                    defer { place.leave() }
                    let report: AdHocReport
                    if interruption.isRequested {
                        report = AdHocReport(host: host.name, error: .notBegun, seconds: 0)
                    } else {
                        tally.begin(host.name)
                        publish(.connecting(host: host.name))
                        report = await visit(host)
                    }
                    tally.count(report)
                    for fact in report.facts ?? [] { publish(.fact(host: host.name, fact)) }
                    publish(.answered(report))
                }
            }
            await group.waitForAll()
        }
        let summary = tally.summary(
            seconds: (clock.now - start).inSeconds,
            isInterrupted: interruption.isRequested
        )
        publish(.finished(summary))
        return summary
    }

    /// Tells who is waited for when the run is to end early, for as long as it is not cancelled.
    private func watchInterruption(_ tally: AdHocTally) async {
        await interruption.wait()
        guard interruption.isRequested else { return }
        let running = tally.running
        publish(.interrupted(waiting: hosts.map(\.name).filter(running.contains)))
    }
}
