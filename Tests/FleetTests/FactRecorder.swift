import Foundation
import Lab
import LockstepTestSupport
import Provisioning
import RecordedAnswers
import RemoteHost
import SecureShell
import SystemPackage
import Testing

/// Asks the hosts of a fleet what is recorded, and writes their answers into a folder.
struct FactRecorder {
    /// The folder, which has one for each system.
    let folder: URL
    /// The fleet.
    let fleet: FleetFixture

    /// Asks a host, and puts the answers into the files of its system; what is to be read in them stays as it stands there.
    func record(_ recorded: RecordedHost, on name: String) async throws {
        try await fleet.connector(to: name).withConnection(to: name) { host in
            let prepared = try await host.run(
                .script(RecordedQuestion.preparation, deadline: .seconds(60))
            )
            try #require(prepared.succeeded, "\(prepared.errorText)")
            let details = try await details(of: host)
            let snippets = recorded.facts.snippets
            let outputs = try await answers(to: snippets.map(\.script), by: recorded, host)
            try await fleet.on(name, "rm -r /srv/recorded /etc/sysctl.d/10-recorded.conf")

            for (kind, answers) in Dictionary(grouping: zip(snippets, outputs), by: \.0.kind) {
                try write(details.fixed(answers.map(\.1), of: kind), of: kind, recorded)
            }
        }
    }

    /// What a host answers to snippets, just as the program asks; but by the user and the tools of the recording.
    private func answers(
        to snippets: [String],
        by recorded: RecordedHost,
        _ host: any RemoteHost
    ) async throws -> [ProbeOutput] {
        let script = LookScript(asking: snippets, nonce: .randomMark())
        var line = "sh -s"
        if recorded.system == .busybox {
            let install = "mkdir -p /opt/busybox && busybox --install -s /opt/busybox"
            let installed = try await host.run(.script(install, deadline: .seconds(20)))
            try #require(installed.succeeded, "\(installed.errorText)")
            line = "env PATH=/opt/busybox:/usr/sbin:/usr/bin:/sbin:/bin \(line)"
        }
        if recorded.state == .user { line = "su -s /bin/sh www-data -c \(shellQuoted(line))" }
        let text = "ask() {\n\(script.text)\n}\nask </dev/null\n"
        let result = try await host.run(Command(line, input: Array(text.utf8), deadline: .seconds(120)))
        let outputs = try #require(script.answers(in: result.standardOutput), "\(result)")
        return try snippets.indices.map { try #require(outputs[$0]) }
    }

    /// What is to be replaced in the answers of a host.
    private func details(of host: any RemoteHost) async throws -> FixedDetails {
        let question = """
            date +%s
            sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo
            cat /proc/sys/fs/inotify/max_user_watches /proc/sys/fs/inotify/max_user_instances
            uname -m
            """
        let answer = try await host.run(.script(question, deadline: .seconds(20)))
        let lines = answer.outputText.split(separator: "\n").map(String.init)
        let numbers = lines.prefix(4).compactMap { Int($0) }
        try #require(numbers.count == 4 && lines.count == 5, "\(answer)")
        var texts = [(lines[4], "x86_64")]
        for (place, host) in fleet.report.hosts.enumerated() { texts.append((host.address, "192.0.2.\(place + 1)")) }
        let amounts = [(numbers[1], 16_000_000), (numbers[2], 500_000), (numbers[3], 8_000)]
        // The hosts' own keys, in the hosts' order: which of them a master notes first is chance.
        let known = try String(contentsOfFile: fleet.report.knownHosts.string, encoding: .utf8)
        let keys = known.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        return FixedDetails(keys: keys, texts: texts, amounts: Dictionary(amounts) { one, _ in one }, time: numbers[0])
    }

    private func write(_ answers: [ProbeOutput], of kind: String, _ recorded: RecordedHost) throws {
        let folder = folder.appending(path: recorded.system.rawValue)
        let file = folder.appending(path: "\(kind).txt")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var recording = Recording()
        if FileManager.default.fileExists(atPath: file.path()) {
            recording = try Recording(parsing: String(contentsOf: file, encoding: .utf8))
        }
        let facts = recorded.facts.limited(to: [kind])
        let value = recording.parts[recorded.state]?.value ?? Recording.value(of: facts, in: answers)
        recording.parts[recorded.state] = Recording.Part(answers: answers, value: value)
        try recording.text.write(to: file, atomically: true, encoding: .utf8)
    }
}
