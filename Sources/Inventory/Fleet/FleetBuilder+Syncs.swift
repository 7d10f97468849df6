import INIFile

extension FleetBuilder {
    /// What is mirrored, with its source: a draft for each section, or one of variables where there is no section.
    mutating func syncDrafts(_ master: HostSettings?, slaves: [HostSettings]) -> [SyncDraft] {
        guard let master else { return [] }
        reportSourcesOfSlaves(slaves, master)
        let plain = [SyncDraft(name: nil, position: master.host.position)]
        var drafts = inventory.syncs.isEmpty ? plain : inventory.syncs.map { read($0) }
        for index in drafts.indices { readSource(&drafts[index], master) }
        warnOfOverruled(drafts, [master] + slaves)
        return drafts
    }

    /// Checks the lines of a section.
    private mutating func read(_ section: SyncSection) -> SyncDraft {
        var draft = SyncDraft(name: section.name, position: section.position)
        for entry in section.entries {
            guard let setting = Setting.ofSync(named: entry.key) else {
                let names = Setting.ofSync.map(\.name)
                let near = nearestName(to: entry.key, among: names)
                if let near { draft.failed.insert(near) }
                let message = "[sync:\(section.name)] has no setting \(quoted(entry.key))"
                let hint = near.map { "did you mean '\($0)'?" } ?? "it has: \(names.joined(separator: ", "))"
                report(.misspeltSetting, at: entry.keyPosition, about: entry.key, message, hint: hint)
                continue
            }
            draft.places[setting.name] = (entry.keyPosition, entry.valuePosition)
            do throws(SettingFault) {
                draft.values[setting.name] = try setting.type.normalized(entry.value)
            } catch {
                draft.failed.insert(setting.name)
                report(error, of: setting, calledBy: entry.key, entry.value, at: entry.valuePosition)
            }
        }
        return draft
    }

    // MARK: - Sources

    private mutating func readSource(_ draft: inout SyncDraft, _ master: HostSettings) {
        let isOwn = draft.places["source"] != nil
        let text = isOwn ? draft.values["source"] : master.values["source"]
        guard let text, let source = try? AbsolutePath(parsing: text) else {
            if !draft.failed.contains("source"), isOwn || !master.failed.contains("source") {
                reportMissingSource(draft, master)
            }
            return
        }
        let place = draft.places["source"]?.value ?? master.position(of: "source")
        if let reason = SystemDirectories.reasonAgainstSource(source) {
            let hint = "choose the directory that holds the data"
            let message = "'source' \(quoted(source.text)) \(reason)"
            return report(.dangerousPath, at: place, about: "source", message, hint: hint)
        }
        draft.source = source
        draft.sourceOrigin = draft.places["source"]?.key ?? master.variables["source"]?.origin
    }

    private mutating func reportMissingSource(_ draft: SyncDraft, _ master: HostSettings) {
        if draft.name != nil {
            let message = "\(draft.title) has no 'source', and neither has the master \(quoted(master.host.name))"
            return report(
                .missingSetting,
                at: draft.position,
                about: "source",
                message,
                hint: "add 'source = /srv/data' below the title"
            )
        }
        let message = "the master \(quoted(master.host.name)) has no 'source'"
        let hint = "add source=/srv/data beside it, or 'source = /srv/data' in [all:vars]"
        report(.missingSetting, at: draft.position, about: "source", message, hint: hint)
    }

    private mutating func reportSourcesOfSlaves(_ slaves: [HostSettings], _ master: HostSettings) {
        for slave in slaves {
            guard let own = slave.variables["source"], own.origin != master.variables["source"]?.origin else {
                continue
            }
            let message = "'source' is the master's directory; it means nothing on the slave \(quoted(slave.host.name))"
            let hint = "put it beside the master, or into [master:vars]; a slave's directory is its 'target'"
            report(.badValue, at: own.origin, about: "source", message, hint: hint)
        }
    }

    /// Tells of a variable that every section overrules.
    private mutating func warnOfOverruled(_ drafts: [SyncDraft], _ hosts: [HostSettings]) {
        guard drafts.allSatisfy({ $0.name != nil }) else { return }
        for name in Setting.ofMirror.map(\.name) where drafts.allSatisfy({ $0.places[name] != nil }) {
            for host in hosts {
                guard let variable = host.variables[name] else { continue }
                let message = "'\(name)' has no effect: every [sync:…] section has its own"
                warn(at: variable.origin, about: name, message, hint: "take one of them out")
            }
        }
    }

    // MARK: - Copies

    /// A directory with its copies; none when something of it failed.
    mutating func sync(_ draft: SyncDraft, _ slaves: [HostSettings]) -> Sync? {
        let members = members(of: draft, slaves)
        reportMissingTargets(of: draft, members)
        warnOfUselessFakeSuper(draft, members)
        var mirrors: [Mirror] = []
        for slave in members {
            if let mirror = mirror(draft, slave) { mirrors.append(mirror) }
        }
        guard let source = draft.source else { return nil }
        return Sync(
            name: draft.name,
            position: draft.position,
            source: source,
            sourceOrigin: draft.sourceOrigin,
            mirrors: mirrors
        )
    }

    /// Tells where root would note owners that it can as well give to the files.
    private mutating func warnOfUselessFakeSuper(_ draft: SyncDraft, _ members: [HostSettings]) {
        let useless = members.lazy.compactMap { slave -> (slave: HostSettings, position: SourcePosition)? in
            guard slave.values["sync_user"] ?? "root" == "root", let value = draft.value("fake_super", for: slave),
                value.text == "yes"
            else { return nil }
            return (slave, value.position)
        }
        guard let (slave, place) = useless.first else { return }
        warn(
            at: place,
            about: "fake_super",
            "with 'fake_super' the files on \(quoted(slave.host.name)) belong to root, who could keep their owners",
            hint: "leave it out, or set another 'sync_user' there"
        )
    }

    /// The slaves that get a copy.
    private mutating func members(of draft: SyncDraft, _ slaves: [HostSettings]) -> [HostSettings] {
        guard let text = draft.values["to"], let place = draft.places["to"]?.value else {
            return draft.failed.contains("to") ? [] : slaves
        }
        do throws(HostPatternError) {
            let chosen = Set(try HostPattern(parsing: text).hosts(in: inventory).map(\.name))
            let members = slaves.filter { chosen.contains($0.host.name) }
            if members.isEmpty, !slaves.isEmpty {
                let message =
                    "'to' \(quoted(text)) chooses no slave, only \(chosen.sorted().prefix(3).joined(separator: ", "))"
                report(
                    .badValue,
                    at: place,
                    about: "to",
                    message,
                    hint: "name slaves, or leave 'to' out for all of them"
                )
            }
            return members
        } catch {
            report(.badValue, at: place, about: "to", "'to': \(error.description)", hint: error.hint)
            return []
        }
    }

    private mutating func mirror(_ draft: SyncDraft, _ slave: HostSettings) -> Mirror? {
        let name = draft.mirrorName(on: slave.host.name)
        if name.utf8.count > 72 {
            let message =
                "\(quoted(name)) has \(name.utf8.count) bytes; a section's and a slave's name have at most 71 together"
            let hint = "give one of them a shorter name"
            report(.badHostName, at: draft.position, about: name, message, hint: hint)
        }
        guard let target = target(draft, slave) else { return nil }
        var settings: [String: String] = [:]
        var origins: [String: SourcePosition] = [:]
        for setting in Setting.ofMirror {
            let given = draft.value(setting.name, for: slave)
            settings[setting.name] = given?.text ?? setting.standard
            origins[setting.name] =
                draft.places[setting.name]?.key ?? given.flatMap { _ in slave.variables[setting.name]?.origin }
        }
        settings["source"] = draft.source?.text
        settings["target"] = target.text
        origins["source"] = draft.sourceOrigin
        guard let delay = FleetBuilder.duration(seconds: settings["delay"] ?? "") else { return nil }
        return Mirror(
            name: name,
            slave: slave.host.name,
            target: target,
            delay: delay,
            settings: settings,
            origins: origins
        )
    }

    private mutating func target(_ draft: SyncDraft, _ slave: HostSettings) -> AbsolutePath? {
        guard let value = draft.value("target", for: slave), let target = try? AbsolutePath(parsing: value.text) else {
            return nil
        }
        let isAllowed = draft.value("allow_dangerous_target", for: slave)?.text == "yes"
        let protection = reasonOfProtection(against: target, draft, slave)
        if !isAllowed, let reason = SystemDirectories.reasonAgainstTarget(target) {
            let message = "'target' \(quoted(target.text)) \(reason); what it holds would be deleted"
            // Where more stands against it, that option would not help.
            let way = protection == nil ? ", or set allow_dangerous_target=yes" : ""
            let hint = "choose a directory of its own, such as /srv/mirror\(way)"
            report(.dangerousPath, at: value.position, about: "target", message, hint: hint)
        } else if let protection {
            let message = "'target' \(quoted(target.text)) \(protection.reason)"
            let hint = isAllowed ? "\(protection.hint); allow_dangerous_target does not allow it" : protection.hint
            report(.dangerousPath, at: value.position, about: "target", message, hint: hint)
        }
        return target
    }

    /// Tells of all slaves without a target at once: mostly one line is missing, not a hundred.
    private mutating func reportMissingTargets(of draft: SyncDraft, _ members: [HostSettings]) {
        let missing = members.filter {
            draft.value("target", for: $0) == nil && !draft.hasFailed("target", for: $0)
        }.map(\.host)
        guard let first = missing.first else { return }
        let names = missing.prefix(3).map { quoted($0.name) }.joined(separator: ", ")
        let rest = missing.count > 3 ? " and \(missing.count - 3) more" : ""
        let slaves = "\(missing.count == 1 ? "the slave" : "the slaves") \(names)\(rest)"
        if draft.name != nil {
            let message = "\(draft.title) has no 'target', and neither \(missing.count == 1 ? "has" : "have") \(slaves)"
            let hint = "add 'target = /srv/data' below the title"
            return report(.missingSetting, at: draft.position, about: "target", message, hint: hint)
        }
        let hint = "add target=/srv/data beside each, or 'target = /srv/data' in [slaves:vars]"
        report(.missingSetting, at: first.position, about: "target", "no 'target' for \(slaves)", hint: hint)
    }

    /// The duration of a checked number of seconds.
    private static func duration(seconds text: String) -> Duration? {
        let parts = text.split(separator: ".")
        guard let whole = parts.first.flatMap({ Int64($0) }) else { return nil }
        guard parts.count == 2 else { return .seconds(whole) }
        let digits = parts[1] + String(repeating: "0", count: 6 - parts[1].utf8.count)
        return Int64(digits).map { .seconds(whole) + .microseconds($0) }
    }
}
