import Foundation
import LockstepTestSupport

/// Programs of this machine that note that they were started.
struct CountedTools {
    /// What a script begins with that is to find them before the others.
    let preface: String
    private let log: String

    /// Makes those that scripts on a master start.
    static func install(in directory: TemporaryDirectory) async throws -> CountedTools {
        let tools = CountedTools(
            preface: "PATH=\(directory["tools"]):$PATH",
            log: directory["started"]
        )
        let script = """
            mkdir "$1" && cd "$1" || exit
            for tool in cat cut date expr find grep head id journalctl ls readlink sed sort stat systemctl tail timeout tr uniq wc; do
                path=$(command -v $tool) || path=/usr/bin/false
                printf '#!/bin/sh\\necho %s >>%s\\nexec %s "$@"\\n' $tool "$2" "$path" >$tool
                chmod 755 $tool
            done
            """
        _ = try await LocalProgram.shell(script, directory["tools"], tools.log)
        return tools
    }

    /// The names of those that were started, in their order, each as often as it was.
    var started: [String] {
        (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").map(String.init).sorted() ?? []
    }
}
