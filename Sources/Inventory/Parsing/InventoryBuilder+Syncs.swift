import INIFile

extension INISection {
    /// Whether it says what is mirrored. The words of Ansible keep their meaning: `[sync:vars]` is about a group `sync`.
    var isSync: Bool {
        guard title.hasPrefix("sync:") else { return false }
        return SectionTitle.Kind(rawValue: String(title.dropFirst("sync:".count))) == nil
    }
}

extension InventoryBuilder {
    /// Takes in a section that says what is mirrored.
    mutating func readSync(_ section: INISection, of file: INIFile) {
        let name = String(section.title.dropFirst("sync:".count))
        let place = section.titlePosition.advanced(by: "sync:".unicodeScalars.count)
        guard SyncSection.isName(name) else {
            let message = """
                \(quoted(name)) cannot name a directory that is mirrored: it becomes part of files' and services' \
                names; letters, digits, '.', '_' and '-' were expected, a letter or digit first
                """
            return report(.badTitle, place, message, hint: "write for example [sync:docs]")
        }
        if let first = syncs.first(where: { $0.name == name }) {
            let message = "there is a section [sync:\(name)] already, at \(first.position.fileAndLine)"
            return report(.badTitle, place, message, hint: "give each directory a name of its own")
        }
        do throws(INIFileError) {
            let entries = try file.entries(of: section)
            for duplicate in entries.duplicateKeys {
                let message =
                    "'\(duplicate.name)' is set twice in [sync:\(name)], first at \(duplicate.first.fileAndLine)"
                report(.badVariable, duplicate.second, message, hint: "a list has one value a line, indented")
            }
            syncs.append(SyncSection(name: name, position: section.titlePosition, entries: entries))
        } catch {
            errors.append(InventoryError(.badVariable, error.diagnostic))
        }
    }
}

extension SyncSection {
    /// Whether a text can be the name of a directory that is mirrored.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, SettingType.isLetterOrDigit(first), text.utf8.count <= 32 else {
            return false
        }
        return text.utf8.allSatisfy { SettingType.isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }
}
