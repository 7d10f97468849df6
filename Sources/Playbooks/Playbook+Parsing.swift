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
            throw PlaybookErrors([PlaybookError(PlaybookFault(error.diagnostic))])
        }
        var faults: [PlaybookFault] = []
        if let stray = ini.preamble.first {
            faults.append(PlaybookFault(stray.position, "no task has begun here", hint: "put a [title] above it"))
        }
        for duplicate in ini.duplicateTitles {
            faults.append(
                PlaybookFault(
                    duplicate.second,
                    "there is a task '\(duplicate.name)' already",
                    hint: "the first is at \(duplicate.first.fileAndLine); say in the title how they differ"
                )
            )
        }
        var tasks: [PlaybookTask] = []
        let titles = Set(ini.sections.map(\.title))
        for section in ini.sections {
            var reader = TaskReader(section, titles: titles, modules: modules)
            do {
                if let task = reader.read(try ini.entries(of: section)) { tasks.append(task) }
            } catch {
                faults.append(PlaybookFault(error.diagnostic))
            }
            faults += reader.faults
        }
        guard faults.isEmpty else {
            throw PlaybookErrors(faults.sorted { $0.position < $1.position }.map(PlaybookError.init))
        }
        self.init(file: file, tasks: tasks)
    }
}

/// What is wrong at one place of a playbook's text.
private struct PlaybookFault {
    var position: SourcePosition
    var message: String
    var hint: String?

    init(_ position: SourcePosition, _ message: String, hint: String?) {
        self.position = position
        self.message = message
        self.hint = hint
    }

    init(_ diagnostic: SourceDiagnostic) {
        self.init(diagnostic.position, diagnostic.message, hint: diagnostic.hint)
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
    fileprivate init(_ fault: PlaybookFault) {
        self.init(at: fault.position, fault.message, hint: fault.hint)
    }
}

/// One section of a playbook on its way to a task.
private struct TaskReader {
    private let section: INISection
    private let titles: Set<String>
    private let modules: ModuleRegistry
    private var entries: [String: INIEntry] = [:]
    /// What is wrong with it.
    private(set) var faults: [PlaybookFault] = []

    init(_ section: INISection, titles: Set<String>, modules: ModuleRegistry) {
        self.section = section
        self.titles = titles
        self.modules = modules
    }

    /// The keys that a task of any module may have.
    private static let taskKeys = ["hosts", "when", "module", "loop", "after", "register"]

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
        let hosts = selection("hosts", among: HostSelection.allCases, by: \.rawValue, isRequired: true)
        let loop = selection("loop", among: LoopSelection.allCases, by: \.keyword, isRequired: false)
        let when = readWhen()
        let after = readAfter()
        checkRegister()
        let arguments = module.map { readArguments(of: $0) } ?? [:]
        guard faults.isEmpty, let module, let hosts else { return nil }
        return PlaybookTask(
            title: section.title,
            hosts: hosts,
            when: when,
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
                hint: suggestion(entry.value, modules.keywords) ?? "one of: \(modules.keywords.joined(separator: ", "))"
            )
            return nil
        }
        return module
    }

    private mutating func selection<Selection>(
        _ key: String,
        among selections: [Selection],
        by word: (Selection) -> String,
        isRequired: Bool
    ) -> Selection? {
        let words = selections.map(word)
        guard let entry = entries[key] else {
            if isRequired {
                fail(section.position, "'\(key)' is missing", hint: "one of: \(words.joined(separator: ", "))")
            }
            return nil
        }
        guard let selection = selections.first(where: { word($0) == entry.value }) else {
            fail(
                entry.valuePosition,
                "'\(key)' must be \(words.joined(separator: " or ")), not '\(entry.value)'",
                hint: entry.value.contains("{{") ? "it is no place for a variable" : suggestion(entry.value, words)
            )
            return nil
        }
        return selection
    }

    private mutating func readWhen() -> TaskCondition? {
        guard let entry = entries["when"] else { return nil }
        guard let condition = TaskCondition(parsing: entry.value) else {
            fail(
                entry.valuePosition,
                "'when' must be 'NAME is VALUE' or 'NAME is not VALUE', not '\(entry.value)'",
                hint: "NAME is a variable of the host, without braces"
            )
            return nil
        }
        return condition
    }

    /// The titles behind `after`, one a line.
    private mutating func readAfter() -> [String] {
        guard let entry = entries["after"] else { return [] }
        let lines = zip(entry.value.split(separator: "\n", omittingEmptySubsequences: false), entry.valueLines)
        for (title, position) in lines where !title.isEmpty {
            if title == section.title {
                fail(position, "the task cannot come after itself")
            } else if !titles.contains(String(title)) {
                fail(position, "there is no task '\(title)'", hint: suggestion(String(title), titles))
            }
        }
        return lines.map { String($0.0) }.filter { !$0.isEmpty }
    }

    private mutating func checkRegister() {
        guard let entry = entries["register"] else { return }
        if !VariableReference.isName(entry.value) {
            fail(
                entry.valuePosition,
                "'\(entry.value)' cannot be the name of a variable",
                hint: "a name has letters, digits, _ and -"
            )
        }
        if entries["loop"] != nil {
            fail(
                entry.keyPosition,
                "a task with a 'loop' registers nothing: each item would overwrite the one before",
                hint: "take away 'register', or let the task run on the items' hosts without a loop"
            )
        }
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
        for (key, argument) in arguments where module.shellParameters.contains(key) && !argument.references.isEmpty {
            fail(
                entries[key]?.valuePosition,
                "a variable may not stand in '\(key)', which a shell reads as it is",
                hint: "write the value itself"
            )
        }
        return arguments
    }

    private func suggestion(_ name: String, _ known: some Sequence<String>) -> String? {
        knownName(near: name, among: known).map { "did you mean '\($0)'?" }
    }

    private mutating func fail(_ position: SourcePosition?, _ message: String, hint: String? = nil) {
        faults.append(PlaybookFault(position ?? section.position, message, hint: hint))
    }
}
