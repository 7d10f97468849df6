import CLibFuzzer
import Foundation
import Synchronization

/// Fuzzes one parser: `ParserFuzzing PARSER` and then libFuzzer's own options.
@main struct ParserFuzzing {
    /// The parser of this run; the callback can hold nothing.
    private static let chosen = Mutex(FuzzedParser.knownHosts)

    static func main() {
        guard CommandLine.arguments.count > 1, let parser = FuzzedParser(rawValue: CommandLine.arguments[1]) else {
            let names = FuzzedParser.allCases.map(\.rawValue).joined(separator: "|")
            FileHandle.standardError.write(Data("usage: ParserFuzzing \(names) [OPTION…]\n".utf8))
            exit(2)
        }
        chosen.withLock { $0 = parser }
        // What follows the parser's name is libFuzzer's; it may keep the pointers.
        var arguments = CommandLine.unsafeArgv + 1
        var count = CommandLine.argc - 1
        withUnsafeMutablePointer(to: &arguments) { pointer in
            pointer.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self, capacity: 1) {
                _ = LLVMFuzzerRunDriver(&count, $0) { bytes, length in
                    ParserFuzzing.chosen.withLock { $0 }.read(Array(UnsafeBufferPointer(start: bytes, count: length)))
                    return 0
                }
            }
        }
    }
}
