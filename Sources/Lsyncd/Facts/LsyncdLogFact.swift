package import Provisioning
import RemoteHost

/// The last lines of the log of an lsyncd on a master.
package struct LsyncdLogFact: SingleFact {
    package static let kind = "lsyncd-log"
    package typealias Value = [String]

    /// The lsyncd's name.
    package let instance: String

    package init(_ instance: String) {
        self.instance = instance
    }

    /// Only systemd keeps logs; elsewhere Lockstep's services have files of their own.
    package var script: String {
        """
        if [ -d /run/systemd/system ]; then journalctl -q -o cat -n 8 -u \(shellQuoted(InstanceLayout.unit(of: instance)))
        else tail -n 8 \(shellQuoted("/var/log/lockstep/\(instance).log")); fi
        """
    }

    package func value(in output: ProbeOutput) throws(PlanError) -> [String] {
        guard output.status == 0 else {
            throw PlanError("the log of \(instance) cannot be read: \(output.failureText)")
        }
        return output.text.splitAtLineFeeds().map(String.init)
    }
}
