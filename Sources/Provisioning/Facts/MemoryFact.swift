/// The memory of a host, in KiB.
package struct MemoryFact: SingleFact {
    package static let kind = "memory"
    package typealias Value = Int

    package init() {}

    package var script: String { "sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo" }

    /// None is told of where the kernel does not tell.
    package func value(in output: ProbeOutput) throws(PlanError) -> Int { Int(output.trimmedText) ?? 0 }
}
