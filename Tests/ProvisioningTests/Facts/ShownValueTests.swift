import Foundation
import Testing

@testable import Provisioning

@Suite("How a fact's value is shown")
struct ShownValueTests {
    private static let secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"

    private func json(_ value: ShownValue) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("A fact that says nothing of it is shown by its parts, in words and as JSON")
    func parts() throws {
        let value = Machine(
            isReady: true,
            name: "a b",
            cores: 4,
            parent: nil,
            place: .rack("r1", unit: 3),
            state: .idle,
            tags: ["x", "y"],
            path: ExactPath("/srv"),
            limits: ["watches": 8, "instances": 2]
        )
        let shown = MachineFact.shown(value)
        #expect(
            shown.description
                == "is_ready yes, name a b, cores 4, parent none, place (rack (.0 r1, unit 3)), state idle, "
                + "tags (x, y), path /srv, limits (instances 2, watches 8)"
        )
        #expect(
            try json(shown)
                == #"{"cores":4,"is_ready":true,"limits":{"instances":2,"watches":8},"name":"a b","parent":null,"#
                + #""path":"/srv","place":{"rack":{".0":"r1","unit":3}},"state":"idle","tags":["x","y"]}"#
        )
        #expect(MachineFact(name: "m1", cores: 2).subject == "m1 2")
        #expect(ShownValue(reflecting: ()) == .none)
        #expect(ShownValue(reflecting: [String]()).description == "none")
        #expect(ShownValue(reflecting: "").description == "empty")
    }

    @Test("Bytes, and texts of more than a line, are shown by their length and their checksum, wherever they stand")
    func contents() throws {
        let text = Self.secret
        let bytes = Array(text.utf8)
        let values: [Any] = [text, bytes, bytes[...], [bytes], ["key": text], Optional(text) as Any, (1, text)]
        for value in values {
            let shown = ShownValue(reflecting: value)
            #expect(!shown.description.contains("AAAA") && !shown.description.contains("45, 45"))
            #expect(shown.description.contains("bytes \(bytes.count), sha256 \(checksum(bytes))"))
            #expect(try !json(shown).contains("AAAA"))
        }
        #expect(!ShownValue(reflecting: String(repeating: "x", count: 257)).description.contains("xx"))
    }

    @Test("What stands at a path is shown without its content")
    func files() throws {
        let bytes = Array(Self.secret.utf8)
        let attributes = FileState.Attributes(owner: "root", group: "wheel", mode: 0o600)
        let sum = checksum(bytes)
        let words: [(FileState, String)] = [
            (.absent, "absent"), (.other("socket"), "socket"),
            (.directory(attributes), "is directory, owner root, group wheel, mode 0600"),
            (
                .file(attributes, checksum: nil, content: nil),
                "is file, owner root, group wheel, mode 0600"
            ),
            (
                .file(attributes, checksum: sum, content: bytes),
                "is file, owner root, group wheel, mode 0600, bytes \(bytes.count), sha256 \(sum)"
            ),
        ]
        for (state, text) in words { #expect(FileFact.shown(state).description == text) }
        let lines = Self.secret.split(separator: "\n").map(String.init)
        #expect(TextFileFact.shown(lines).description == "bytes \(bytes.count), sha256 \(sum)")
        #expect(TextFileFact.shown([]) == .none)
        let keys: [[UInt8]: [[UInt8]]] = [Array("edge1".utf8): [bytes, [65]], Array("edge2".utf8): [[66]]]
        #expect(KnownHostsFact.shown(keys).description == "names 2, lines 3")
    }
}

private struct Machine {
    enum Place { case rack(String, unit: Int) }
    enum State { case idle }
    var isReady: Bool
    var name: String
    var cores: UInt8
    var parent: String?
    var place: Place
    var state: State
    var tags: [String]
    var path: ExactPath
    var limits: [String: Int]
}

private struct MachineFact: SingleFact {
    static let kind = "machine"
    typealias Value = Machine
    var name: String
    var cores: Int
    var script: String { ":" }
    func value(in output: ProbeOutput) throws(PlanError) -> Machine { throw PlanError("none") }
}
