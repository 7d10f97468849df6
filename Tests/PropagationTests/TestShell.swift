import FoundationEssentials
import LockstepTestSupport
import RemoteHost
import Testing

/// The shells and tools that the scripts must work with.
enum TestShell: String, CaseIterable, Sendable {
    case dash
    case bash
    /// With BusyBox for every tool too.
    case busybox
    /// With a sleep that knows whole seconds only, as POSIX has it.
    case dashWithoutFractions

    /// Makes a directory whose `sh`, and the tools where they differ, are this shell's.
    func install(in directory: String) async throws {
        let script =
            switch self {
            case .dash: "ln -s /usr/bin/dash sh"
            case .bash: "ln -s /usr/bin/bash sh"
            case .busybox: "busybox --install -s ."
            case .dashWithoutFractions:
                """
                ln -s /usr/bin/dash sh
                printf '%s\\n' '#!/bin/sh' 'case $1 in *[!0-9]*) exit 1 ;; esac' 'exec /bin/sleep "$1"' >sleep
                chmod 755 sleep
                """
            }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let command = Command.script(script, deadline: .seconds(20))
        let result = try await LocalShellHost(home: directory).run(command)
        let works = "sh: \(result.errorText)"
        try #require(result.succeeded && FileManager.default.fileExists(atPath: directory + "/sh"), "\(works)")
    }
}
