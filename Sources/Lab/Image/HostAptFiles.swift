import SystemPackage

/// The files that let apt in a container reach what apt on this machine reaches; seen there as /mnt.
struct HostAptFiles: Sendable {
    /// This machine's settings.
    var settings: AptSettings

    /// The files for these settings.
    init(_ settings: AptSettings) {
        self.settings = settings
    }

    /// Writes them into a folder that nobody else must reach: passwords are among them.
    func write(into folder: FilePath) throws(LabError) {
        var lines: [String] = []
        var certificates = false
        for line in settings.transport {
            guard let path = AptSettings.value(of: line), path.hasPrefix("/") else {
                lines.append(line)
                continue
            }
            guard let text = try LocalFile.textIfThere(FilePath(path)) else { continue }
            let name = "file\(lines.count)"
            try LocalFile.write(
                text,
                to: folder.appending(name),
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            lines.append(line.replacing("\"\(path)\"", with: "\"/mnt/\(name)\""))
            if line.lowercased().hasPrefix("acquire::https::cainfo ") { certificates = true }
        }
        // A bare system trusts nobody yet; its mirror may need a certificate all the same.
        if !certificates, let trusted = try LocalFile.textIfThere("/etc/ssl/certs/ca-certificates.crt") {
            try LocalFile.write(
                trusted,
                to: folder.appending("ca.crt"),
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            lines.append(#"Acquire::https::CAInfo "/mnt/ca.crt";"#)
        }
        try LocalFile.makeFolder(folder.appending("auth.conf.d"), permissions: 0o700)
        for (number, text) in settings.logins.enumerated() {
            try LocalFile.write(text, to: folder.appending("auth.conf.d").appending("\(number).conf"))
        }
        lines.append(#"Dir::Etc::netrcparts "/mnt/auth.conf.d";"#)
        try LocalFile.write(lines.joined(separator: "\n") + "\n", to: folder.appending("apt.conf"))
    }
}
