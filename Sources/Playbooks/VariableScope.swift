package import Provisioning

/// A variable of a host that a task registers.
package struct RegisteredVariable: Sendable, Hashable {
    /// The host whose variable it is.
    package var host: String
    /// Its name.
    package var name: String

    /// Makes a variable.
    package init(host: String, name: String) {
        self.host = host
        self.name = name
    }
}

/// The variables of all hosts of a run: those of the inventory, and those that tasks register as they are done.
package struct VariableScope: Sendable {
    /// A registered variable, as far as it is known.
    package enum Registered: Sendable, Hashable {
        /// The task that makes it has not been looked at yet.
        case waiting
        /// Its value.
        case known(String)
        /// It will exist once a planned change has been applied.
        case afterApply
        /// It will not exist in this run, for this reason.
        case unavailable(String)
    }

    /// A task's arguments, as far as they are known.
    package enum Resolution: Sendable {
        /// All references are settled.
        case ready([String: Deferred<String>])
        /// This one waits for another task.
        case waiting(for: RegisteredVariable)
        /// One will not exist in this run, for this reason.
        case unavailable(String)
    }

    private var variables: [String: [String: String]]
    private var registered: [String: [String: Registered]] = [:]
    /// What registered variables are taken for in templates until they are known.
    private var foreseenOutputs: [RegisteredVariable: String] = [:]
    private let master: String?

    /// Makes a scope in which every variable that a task registers is still waited for.
    package init(hosts: [PlaybookHost], items: [PlaybookItem] = [], instances: [TaskInstance]) {
        let ofHosts = Dictionary(uniqueKeysWithValues: hosts.map { ($0.name, $0.variables) })
        variables = ofHosts
        for item in items {
            variables[item.name] = (ofHosts[item.host] ?? [:]).merging(item.variables) { _, own in own }
        }
        master = hosts.first(where: \.isMaster)?.name
        for instance in instances {
            guard let name = instance.task.register else { continue }
            registered[instance.host, default: [:]][name] = .waiting
            foreseenOutputs[RegisteredVariable(host: instance.host, name: name)] = instance.task.module.foreseenOutput
        }
    }

    /// Sets a registered variable.
    package mutating func register(_ name: String, on host: String, _ value: Registered) {
        registered[host, default: [:]][name] = value
    }

    /// All variables that a template may use for an instance: its host's, and over them those of its item. What tasks
    /// register is among them where their module says what it is taken for until it is known.
    package func templateVariables(for instance: TaskInstance) -> [String: String] {
        let own = (variables[instance.host] ?? [:]).merging(registeredTexts(of: instance.host)) { own, _ in own }
        guard let item = instance.item else { return own }
        let ofItem = (variables[item.name] ?? [:]).merging(registeredTexts(of: item.host)) { own, _ in own }
        return own.merging(ofItem) { _, ofItem in ofItem }
    }

    private func registeredTexts(of host: String) -> [String: String] {
        guard !foreseenOutputs.isEmpty else { return [:] }
        var texts: [String: String] = [:]
        for (name, value) in registered[host] ?? [:] {
            guard let foreseen = foreseenOutputs[RegisteredVariable(host: host, name: name)] else { continue }
            texts[name] = if case .known(let text) = value { text } else { foreseen }
        }
        return texts
    }

    /// Fills in an instance's arguments.
    package func resolve(_ instance: TaskInstance) -> Resolution {
        var arguments: [String: Deferred<String>] = [:]
        var awaited: RegisteredVariable?
        for (key, template) in instance.task.arguments {
            var text: String? = ""
            for piece in template.pieces {
                switch piece {
                case .text(let literal): text?.append(literal)
                case .reference(let reference):
                    switch value(of: reference, for: instance) {
                    case .known(let value): text?.append(value)
                    case .afterApply: text = nil
                    case .waiting:
                        awaited = owner(of: reference, for: instance).map {
                            RegisteredVariable(host: $0.host, name: reference.name)
                        }
                    case .unavailable(let reason): return .unavailable(reason)
                    }
                }
            }
            arguments[key] = text.map { .known($0) } ?? .afterApply
        }
        return awaited.map { .waiting(for: $0) } ?? .ready(arguments)
    }

    /// An instance's arguments before any host has been reached: what tasks register is known after apply.
    package func foreseen(_ instance: TaskInstance) throws(PlaybookError) -> [String: Deferred<String>] {
        if let name = instance.task.register, variables[instance.host]?[name] != nil {
            throw PlaybookError(
                at: instance.task.origin.position(of: "register"),
                "'\(name)' is a variable of \(instance.host) already, and would stay what it is",
                hint: "register it under another name"
            )
        }
        if let name = instance.task.when?.variable, variables[instance.host]?[name] == nil {
            throw undefined(VariableReference(owner: .ownHost, name: name), key: "when", for: instance)
        }
        var arguments: [String: Deferred<String>] = [:]
        // In a fixed order, so that of several faults it is always the same that is told.
        for (key, template) in instance.task.arguments.sorted(by: { $0.key < $1.key }) {
            var text: String? = ""
            for piece in template.pieces {
                switch piece {
                case .text(let literal): text?.append(literal)
                case .reference(let reference):
                    let owner = self.owner(of: reference, for: instance)
                    if let value = owner.flatMap({ variables[$0.name]?[reference.name] }) {
                        text?.append(value)
                    } else if owner.flatMap({ registered[$0.host]?[reference.name] }) != nil {
                        text = nil
                    } else {
                        throw undefined(reference, key: key, for: instance)
                    }
                }
            }
            arguments[key] = text.map { .known($0) } ?? .afterApply
        }
        return arguments
    }

    private func value(of reference: VariableReference, for instance: TaskInstance) -> Registered {
        guard let owner = owner(of: reference, for: instance) else {
            return .unavailable("{{ \(reference) }} means no host of this run")
        }
        if let value = variables[owner.name]?[reference.name] { return .known(value) }
        return registered[owner.host]?[reference.name] ?? .unavailable("{{ \(reference) }} is not defined")
    }

    /// Whose variable a reference means, and the host that registers for it.
    private func owner(of reference: VariableReference, for instance: TaskInstance) -> (name: String, host: String)? {
        switch reference.owner {
        case .ownHost: (instance.host, instance.host)
        case .item: instance.item.map { ($0.name, $0.host) }
        case .host(let name): (variables[name] != nil ? name : (name == "master" ? master : nil)).map { ($0, $0) }
        }
    }

    private func undefined(_ reference: VariableReference, key: String, for instance: TaskInstance) -> PlaybookError {
        let position = instance.task.origin.position(of: key)
        guard let owner = owner(of: reference, for: instance) else {
            return PlaybookError(
                at: position,
                "{{ \(reference) }} means no host",
                hint: reference.owner == .item ? "'item' needs a 'loop' in the task" : "name a host of the inventory"
            )
        }
        let names = Array((variables[owner.name] ?? [:]).keys) + Array((registered[owner.host] ?? [:]).keys)
        let nearest = knownName(near: reference.name, among: names)
        return PlaybookError(
            at: position,
            "{{ \(reference) }} is not defined for \(owner.name)",
            hint: nearest.map { "did you mean '\($0)'?" }
                ?? "set '\(reference.name)' in the inventory, or register it in a task"
        )
    }
}
