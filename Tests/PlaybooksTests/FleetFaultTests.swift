import Foundation
import Playbooks
import Provisioning
import Testing

/// A playbook that is wrong for a fleet, and what is said of it: a case of `Fixtures/fleet-faults.txt`, where a new one
/// needs no code.
struct FleetFaultCase: CustomTestStringConvertible {
    var testDescription: String
    var playbook: String
    var templates: [String: String]
    var expected: String

    static let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/fleet-faults.txt")

    static func all() throws -> [FleetFaultCase] {
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.components(separatedBy: "\n=== ").dropFirst().map { block in
            let halves = block.components(separatedBy: "\n--- says\n")
            let parts = halves[0].components(separatedBy: "\n--- template ")
            let cut = { (part: String) in
                let title = part.prefix { $0 != "\n" }
                return (String(title), String(part.dropFirst(title.count + 1)))
            }
            let (title, playbook) = cut(parts[0])
            return FleetFaultCase(
                testDescription: title,
                playbook: playbook,
                templates: Dictionary(uniqueKeysWithValues: parts.dropFirst().map(cut)),
                expected: halves.count > 1 ? halves[1].trimmingCharacters(in: .newlines) : ""
            )
        }
    }

    /// All that is said of the playbook, each once.
    var said: String {
        get throws {
            let hosts = [
                PlaybookHost(name: "hub", isMaster: true, variables: ["colour": "blue"]),
                PlaybookHost(name: "edge1", isMaster: false, variables: ["colour": "blue", "odd": "two\nlines"]),
            ]
            let modules = ModuleRegistry(ModuleRegistry.general)
            let playbook = try Playbook(parsing: playbook, file: "play.ini", modules: modules)
            let instances = playbook.instances(for: hosts)
            let scope = VariableScope(hosts: hosts, instances: instances)
            let library = TemplateLibrary { [templates] in templates[$0] }
            let faults = instances.compactMap { instance in
                do throws(PlaybookError) {
                    _ = try scope.foreseenModule(of: instance, templates: library)
                    return nil as String?
                } catch {
                    return error.description
                }
            }
            return faults.joined(separator: "\n")
        }
    }
}

@Suite("Playbooks that are wrong for a fleet")
struct FleetFaultTests {
    @Test("What is said reads as recorded", arguments: try FleetFaultCase.all())
    func message(fault: FleetFaultCase) throws {
        #expect(try fault.said == fault.expected)
    }

    @Test("The file has the layout that recording gives it")
    func layout() throws {
        let text = try String(contentsOf: FleetFaultCase.file, encoding: .utf8)
        var actual = text
        for fault in try FleetFaultCase.all() {
            guard let title = actual.range(of: "\n=== \(fault.testDescription)\n"),
                let says = actual[title.upperBound...].range(of: "\n--- says\n")
            else { continue }
            let end = actual[says.upperBound...].range(of: "\n\n=== ")?.lowerBound ?? actual.endIndex
            let isLast = end == actual.endIndex
            actual.replaceSubrange(says.upperBound..<end, with: try fault.said + (isLast ? "\n" : ""))
        }
        if ProcessInfo.processInfo.environment["LOCKSTEP_RECORD"] != nil {
            try actual.write(to: FleetFaultCase.file, atomically: true, encoding: .utf8)
        }
        #expect(text == actual)
    }
}
