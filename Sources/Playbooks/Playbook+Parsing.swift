import INIFile
package import Provisioning

extension Playbook {
    /// Reads a playbook: a section is a task, its title what people read.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - file: its name, for messages.
    ///   - modules: the modules that tasks may name.
    /// - Throws: all that is wrong with it, in the file's order.
    package init(parsing text: String, file: String, modules: ModuleRegistry) throws(PlaybookErrors) {
        let ini: INIFile
        do {
            ini = try INIFile(parsing: Array(text.utf8), file: file, dialect: .playbook)
        } catch {
            throw PlaybookErrors([PlaybookError(error.diagnostic)])
        }
        var errors: [PlaybookError] = []
        if let stray = ini.preamble.first {
            errors.append(
                PlaybookError(at: stray.position.fileAndLine, "no task has begun here", hint: "put a [title] above it")
            )
        }
        for duplicate in ini.duplicateTitles {
            errors.append(
                PlaybookError(
                    at: duplicate.second.fileAndLine,
                    "there is a task '\(duplicate.name)' already",
                    hint: "the first is at \(duplicate.first.fileAndLine); say in the title how they differ"
                )
            )
        }
        var tasks: [PlaybookTask] = []
        for section in ini.sections {
            var reader = TaskReader(section, titles: Set(ini.sections.map(\.title)), modules: modules)
            do {
                tasks += try reader.read(ini.entries(of: section)).map { [$0] } ?? []
            } catch {
                errors.append(PlaybookError(error.diagnostic))
            }
            errors += reader.errors
        }
        guard errors.isEmpty else { throw PlaybookErrors(errors) }
        self.init(file: file, tasks: tasks)
    }
}

/// Everything that is wrong with a playbook.
package struct PlaybookErrors: Error, Sendable, Hashable {
    /// One entry a fault, in the file's order.
    package var errors: [PlaybookError]

    /// Makes a list of faults.
    package init(_ errors: [PlaybookError]) {
        self.errors = errors
    }
}

extension PlaybookError {
    /// Takes over what the INI parser says.
    init(_ diagnostic: SourceDiagnostic) {
        self.init(at: diagnostic.position.fileAndLine, diagnostic.message, hint: diagnostic.hint)
    }
}

/// One section of a playbook on its way to a task.
private struct TaskReader {
    private let section: INISection
    private let titles: Set<String>
    private let modules: ModuleRegistry
    private var entries: [String: INIEntry] = [:]
    /// What is wrong with it.
    private(set) var errors: [PlaybookError] = []

    init(_ section: INISection, titles: Set<String>, modules: ModuleRegistry) {
        self.section = section
        self.titles = titles
        self.modules = modules
    }

    /// The keys that a task of any module may have.
    private static let taskKeys = ["hosts", "module", "loop", "after", "register"]

    /// The task, unless something is wrong with it.
    mutating func read(_ found: [INIEntry]) -> PlaybookTask? {
        for duplicate in found.duplicateKeys {
            fail(
                duplicate.second,
                "'\(duplicate.name)' is set twice",
                hint: "the first is at \(duplicate.first.fileAndLine)"
            )
        }
        entries = Dictionary(found.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let module = readModule()
        let hosts = selection("hosts", isRequired: true)
        let loop = selection("loop", isRequired: false)
        let after = (entries["after"]?.value ?? "").split(separator: "\n").map(String.init)
        for title in after where !titles.contains(title) {
            fail(entries["after"]?.valuePosition, "there is no task '\(title)'", hint: suggestion(title, titles))
        }
        let arguments = module.map { readArguments(of: $0) } ?? [:]
        guard errors.isEmpty, let module, let hosts else { return nil }
        return PlaybookTask(
            title: section.title,
            hosts: hosts,
            loop: loop,
            after: after,
            register: entries["register"]?.value,
            module: module,
            arguments: arguments,
            origin: TaskOrigin(
                file: section.position.file,
                line: section.position.line,
                keyLines: entries.mapValues(\.keyPosition.line)
            )
        )
    }

    private mutating func readModule() -> (any Module.Type)? {
        guard let entry = entries["module"] else {
            fail(section.position, "'module' is missing", hint: "one of: \(modules.keywords.joined(separator: ", "))")
            return nil
        }
        guard let module = modules[entry.value] else {
            fail(
                entry.valuePosition,
                "there is no module '\(entry.value)'",
                hint: suggestion(entry.value, modules.keywords)
            )
            return nil
        }
        return module
    }

    private mutating func selection(_ key: String, isRequired: Bool) -> HostSelection? {
        let words = HostSelection.allCases.map(\.rawValue)
        guard let entry = entries[key] else {
            if isRequired {
                fail(section.position, "'\(key)' is missing", hint: "one of: \(words.joined(separator: ", "))")
            }
            return nil
        }
        guard let selection = HostSelection(rawValue: entry.value) else {
            fail(
                entry.valuePosition,
                "'\(key)' must be \(words.joined(separator: " or ")), not '\(entry.value)'",
                hint: suggestion(entry.value, words)
            )
            return nil
        }
        return selection
    }

    private mutating func readArguments(of module: any Module.Type) -> [String: ArgumentTemplate] {
        var arguments: [String: ArgumentTemplate] = [:]
        let names = module.parameters.map(\.name)
        for entry in entries.values.sorted(by: { $0.keyPosition < $1.keyPosition })
        where !Self.taskKeys.contains(entry.key) {
            guard names.contains(entry.key) else {
                fail(
                    entry.keyPosition,
                    "the module '\(module.keyword)' knows no '\(entry.key)'",
                    hint: suggestion(entry.key, names + Self.taskKeys) ?? "it knows: \(names.joined(separator: ", "))"
                )
                continue
            }
            do {
                arguments[entry.key] = try ArgumentTemplate(parsing: entry.value)
            } catch {
                fail(entry.valuePosition, error.message)
            }
        }
        for parameter in module.parameters where parameter.isRequired && entries[parameter.name] == nil {
            fail(
                section.position,
                "the module '\(module.keyword)' needs '\(parameter.name)'",
                hint: "'\(parameter.name)' is: \(parameter.summary)"
            )
        }
        if let entry = entries.values.first(where: {
            module.shellParameters.contains($0.key) && $0.value.contains("{{")
        }) {
            fail(entry.valuePosition, "a variable may not stand in '\(entry.key)', which the shell reads")
        }
        return arguments
    }

    private func suggestion(_ name: String, _ known: some Sequence<String>) -> String? {
        nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
    }

    private mutating func fail(_ position: SourcePosition?, _ message: String, hint: String? = nil) {
        errors.append(PlaybookError(at: (position ?? section.position).fileAndLine, message, hint: hint))
    }
}
