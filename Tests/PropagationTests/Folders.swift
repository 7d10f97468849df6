import FoundationEssentials
import LockstepTestSupport
import Propagation
import RemoteHost
import Testing

/// A directory of a test's own, with what it needs below; it is gone when the test is over.
struct Folders {
    let root: String
    var source: String { root + "/source" }
    func target(_ number: Int) -> String { root + "/target\(number)" }

    /// Runs a test with its own directory, and checks at the end that nobody left a process behind.
    static func with<Result>(_ shell: TestShell = .dash, _ body: (Folders) async throws -> Result) async throws
        -> Result
    {
        await Slots.shared.take()
        defer { Slots.shared.giveBack() }
        let root = "/tmp/lockstep-propagation-\(UInt64.random(in: 0 ... .max))"
        let folders = Folders(root: root)
        try FileManager.default.createDirectory(atPath: folders.source, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: root) }
        try await shell.install(in: folders.tools)
        let result = try await body(folders)
        let strays = try await eventually {
            try folders.processes()
        } until: {
            $0.isEmpty
        }
        #expect(strays == [], "all processes of a script end with it")
        return result
    }

    /// The host whose shell and tools the test chose; its processes can be told by their search path.
    func host(_ name: String = "local") -> LocalShellHost {
        LocalShellHost(name: name, searchPath: searchPath, home: root)
    }

    /// What there is of any canary below a directory.
    func canaries(in directory: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasPrefix(".lockstep") }
    }

    /// Every canary in the source or in a target.
    func allCanaries() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root).flatMap { try canaries(in: root + "/" + $0) }
    }

    var tools: String { root + "/tools" }

    private var searchPath: String { "\(tools):/usr/bin:/bin" }

    private func processes() throws -> [String] {
        let mark = Array("PATH=\(searchPath)".utf8)
        return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { process in
            guard Int(process) != nil,
                let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ")
            else { return false }
            return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
        }
    }
}

/// Asks again and again until the answer will do, for ten seconds at most; the last answer is the result.
func eventually<Answer>(
    every pause: Duration = .milliseconds(20),
    _ ask: () throws -> Answer,
    until willDo: (Answer) -> Bool
) async throws -> Answer {
    let end = ContinuousClock.now + .seconds(10)
    while true {
        let answer = try ask()
        if willDo(answer) || ContinuousClock.now > end { return answer }
        try await Task.sleep(for: pause)
    }
}
