import Foundation
import LockstepTestSupport

/// A master in a test's directory: files as Lockstep writes them, an lsyncd of its own for each copy, and `systemctl`.
struct LaidOutMaster {
    /// The places of a master, and where they are in the test's directory.
    let places: KeyValuePairs<String, String>

    /// Lays out some copies, each of which has a fresh report.
    static func install(_ copies: [String], in directory: TemporaryDirectory) async throws -> LaidOutMaster {
        let now = Int(Date.now.timeIntervalSince1970)
        let write = { (text: String, folder: String, name: String) in
            try FileManager.default.createDirectory(atPath: directory[folder], withIntermediateDirectories: true)
            try directory.write(text, to: "\(folder)/\(name)")
        }
        for (number, copy) in copies.enumerated() {
            let unit = "lockstep-lsyncd@\(copy).service"
            try write("[Service]\nEnvironment=\"LOCKSTEP_COPIES=\(copy)\"\n", "units/\(unit).d", "copies.conf")
            try write("local name = \"\(copy)\"\n    delay   = \"2\", -- seconds\n", "etc/lsyncd", "\(copy).lua")
            // Fresh for as long as a test may take.
            let report = #"{"name":"\#(copy)","phase":"live","ok_at":1,"watches":3,"written_at":\#(now + 600)}"#
            try write(report + "\n", "run/\(copy)", "report.json")
            try write("\(number) (lsyncd) S 1\n", "proc/\(number)", "stat")
            try write("lsyncd\0/usr/local/lib/lockstep/instance.lua\0", "proc/\(number)", "cmdline")
            try write("pos: 0\ninotify wd:1\ninotify wd:2\n", "proc/\(number)/fdinfo", "4")
        }
        try FileManager.default.createDirectory(atPath: directory["tools"], withIntermediateDirectories: true)
        let systemctl = """
            #!/bin/sh
            echo systemctl >>\(directory["started"])
            while [ "$1" != -- ]; do shift; done
            shift
            for unit; do printf 'Id=%s\\nActiveState=active\\nNRestarts=3\\n\\n' "$unit"; done
            """
        try directory.write(systemctl + "\n", to: "tools/systemctl")
        try await runLocally("chmod", ["755", directory["tools/systemctl"]])
        return LaidOutMaster(places: [
            "/etc/systemd/system/": directory["units"] + "/", "/run/systemd/system": directory["units"],
            "/run/lockstep/": directory["run"] + "/", "cd /etc/lockstep": "cd \(directory["etc"])",
            "/proc/[0-9]*": directory["proc"] + "/[0-9]*",
        ])
    }
}
