/// A setting of a host's kernel, and what it would be after a restart.
package struct SysctlFact: SharedFact {
    package static let kind = "sysctl"

    /// What the kernel and the files of the host say of the setting.
    package struct Value: Sendable, Hashable {
        /// What it is now.
        var present: Int
        /// Whether it can be set.
        var isWritable: Bool
        /// The files that give it a value when the host starts.
        var files: SysctlFiles
    }

    /// The setting's name, such as `fs.inotify.max_user_watches`.
    package let name: String

    /// Makes a fact.
    package init(_ name: String) {
        self.name = name
    }

    /// One `grep` in the files for all settings.
    package static func script(asking facts: [SysctlFact]) -> String {
        shellFile(PackageResources.sysctl_sh, facts.map(\.name))
    }

    package static func values(
        of facts: [SysctlFact],
        in output: ProbeOutput
    ) -> [SysctlFact: Result<Value, PlanError>] {
        let lines = output.lines
        var kernel: [Substring: (isWritable: Bool, present: Int)] = [:]
        for line in lines where line.hasPrefix("setting ") {
            let words = line.split(separator: " ")
            guard words.count == 4, let present = Int(words[3]) else { continue }
            kernel[words[1]] = (words[2] == "writable", present)
        }
        var values: [SysctlFact: Result<Value, PlanError>] = [:]
        for fact in facts {
            values[fact] = Result { () throws(PlanError) in
                guard let setting = kernel[Substring(fact.name)] else {
                    throw PlanError("this kernel has no setting \(fact.name)\(output.reason)")
                }
                return Value(
                    present: setting.present,
                    isWritable: setting.isWritable,
                    files: SysctlFiles(lines, of: fact.name)
                )
            }
        }
        return values
    }
}
