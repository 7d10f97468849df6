import Foundation

/// One JSON object a line, one line an event: for programs, as docs/json-lines.md says.
package struct JSONRenderer<Event: Encodable & Sendable>: RunRenderer {
    private let output: OutputStream
    private let encoder: JSONEncoder

    /// Makes a renderer that writes to a stream.
    package init(output: OutputStream) {
        self.output = output
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    package mutating func show(_ event: Event) {
        do {
            output.write(String(decoding: try encoder.encode(event), as: UTF8.self) + "\n")
        } catch {
            output.write("{\"event\":\"warning\",\"message\":\"an event could not be written\"}\n")
        }
    }
}
