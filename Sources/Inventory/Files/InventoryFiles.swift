import Foundation

/// Finds the files that inventories are made of: those that `-i` names, those in directories, and beside them the files
/// of variables in `group_vars` and `host_vars`, all in the order in which Ansible reads them.
package struct InventoryFiles {
    /// The files; of two that say the same, the later one counts.
    package private(set) var files: [InventoryFile] = []
    private var rank = 0
    private var errors: [InventoryError] = []

    /// Reads what `-i` names.
    package init(reading paths: [String]) throws(InventoryErrors) {
        for path in paths { addSource(path) }
        // The same folder beside two inventories is read once, as if beside the last.
        var folders: [String] = []
        for path in paths {
            let folder = InventoryFiles.isFolder(path) ? path : InventoryFiles.folder(of: path)
            folders.removeAll { $0 == folder }
            folders.append(folder)
        }
        for (rank, folder) in folders.enumerated() {
            self.rank = rank
            addVariables(in: InventoryFiles.join(folder, "group_vars")) { .groupVariables($0) }
            addVariables(in: InventoryFiles.join(folder, "host_vars")) { .hostVariables($0) }
        }
        if let errors = InventoryErrors(errors) { throw errors }
    }

    // MARK: - Inventories

    private mutating func addSource(_ path: String) {
        guard InventoryFiles.isFolder(path) else { return add(path, .inventory) }
        for name in entries(of: path) where !InventoryFiles.isPassedOver(name) {
            addSource(InventoryFiles.join(path, name))
        }
    }

    /// Whether a directory's file is no part of the inventory; the endings are Ansible's.
    private static func isPassedOver(_ name: String) -> Bool {
        if name.hasPrefix(".") || ["group_vars", "host_vars", "vars_plugins"].contains(name) { return true }
        return hasBackupEnding(name)
    }

    /// Whether a name ends as those of notes and backups do.
    static func hasBackupEnding(_ name: String) -> Bool {
        let endings = [
            ".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".cfg", ".retry",
        ]
        return endings.contains { name.hasSuffix($0) }
    }

    // MARK: - Variables

    private mutating func addVariables(in folder: String, _ content: (String) -> InventoryFile.Content) {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        guard InventoryFiles.isFolder(folder) else {
            let hint = "write variables to \(folder)/NAME.ini, or rename the file"
            return errors.append(InventoryFile.fault(folder, "this is a file; a directory was expected", hint: hint))
        }
        var firsts: [String: String] = [:]
        for name in entries(of: folder) where !name.hasPrefix(".") && !name.hasSuffix("~") {
            let path = InventoryFiles.join(folder, name)
            let owner = name.hasSuffix(".ini") ? String(name.dropLast(".ini".count)) : name
            if let first = firsts[owner] {
                let message = "\(first) holds the variables of \(owner) already"
                errors.append(
                    InventoryFile.fault(path, message, hint: "move both into the directory \(folder)/\(owner)")
                )
                continue
            }
            firsts[owner] = path
            addVariables(at: path, content(owner))
        }
    }

    private mutating func addVariables(at path: String, _ content: InventoryFile.Content) {
        guard InventoryFiles.isFolder(path) else { return add(path, content) }
        for name in entries(of: path) where !name.hasPrefix(".") && !InventoryFiles.hasBackupEnding(name) {
            addVariables(at: InventoryFiles.join(path, name), content)
        }
    }

    // MARK: - Files

    private mutating func add(_ path: String, _ content: InventoryFile.Content) {
        for ending in [".yml", ".yaml", ".json", ".toml"] where path.hasSuffix(ending) {
            return errors.append(InventoryFiles.foreign(path, ending: ending, content))
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            let isList = path.contains(",") && !FileManager.default.fileExists(atPath: path)
            let hint =
                isList ? "a list of hosts is no inventory; write a file" : "is the path right, and may you read it?"
            return errors.append(InventoryFile.fault(path, "the file cannot be read", hint: hint))
        }
        if data.starts(with: Array("#!".utf8)), FileManager.default.isExecutableFile(atPath: path) {
            let message = "this is a script; inventories that programs make are not run"
            let hint = "write what it prints as INI, or if it is no script: chmod a-x \(path)"
            return errors.append(InventoryFile.fault(path, message, hint: hint))
        }
        files.append(InventoryFile(name: path, bytes: Array(data), content: content, rank: rank))
    }

    private static func foreign(_ path: String, ending: String, _ content: InventoryFile.Content) -> InventoryError {
        let format = ["json": "JSON", "toml": "TOML"][String(ending.dropFirst())] ?? "YAML"
        let ini = String(path.dropLast(ending.count)) + ".ini"
        let hint =
            content == .inventory
            ? "write the hosts as INI to \(ini); 'ansible-inventory -i \(path) --list' shows them"
            : "write the variables to \(ini), one 'name = value' a line"
        return InventoryFile.fault(path, "this is \(format); INI was expected", hint: hint)
    }

    private mutating func entries(of folder: String) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
        } catch {
            let hint = "may you read it?"
            errors.append(InventoryFile.fault(folder, "the directory cannot be read", hint: hint))
            return []
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func join(_ folder: String, _ name: String) -> String {
        if folder == "." { return name }
        return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}
