import FoundationEssentials
import SystemPackage

/// How this machine's apt reaches its archives: what the making of the image needs as well.
struct AptSettings: Sendable, Hashable {
    /// The archives of the release, this machine's own mirrors where it has some.
    var sources: [AptSource]
    /// The lines of `apt-config dump` that say how to reach them: proxies, certificates, how dates are checked.
    var transport: [String]
    /// The texts of apt's files of names and passwords, in the style of netrc.
    var logins: [String]

    /// Reads the settings of this machine; where it has no sources of the release, Debian's defaults are taken.
    static func ofThisMachine(codename: String) async throws(LabError) -> AptSettings {
        var sources: [AptSource] = []
        for file in ["/etc/apt/sources.list"] + files(in: "/etc/apt/sources.list.d", ending: ".list") {
            sources += AptSource.parseList(try LocalFile.textIfThere(FilePath(file)) ?? "")
        }
        for file in files(in: "/etc/apt/sources.list.d", ending: ".sources") {
            sources += AptSource.parseStanzas(try LocalFile.textIfThere(FilePath(file)) ?? "")
        }
        for index in sources.indices { sources[index].uri = try resolved(sources[index].uri) }
        sources = sources.ofDebian(codename).filter { $0.uri.hasPrefix("http://") || $0.uri.hasPrefix("https://") }
        if !sources.contains(where: { $0.suite == codename }) { sources = .debianDefaults(codename) }

        var transport: [String] = []
        let dump = try? await LocalCommand(program: "apt-config", arguments: ["dump"]).check("reading apt's settings")
        if let dump { transport = transportLines(of: dump.output) }
        var logins: [String] = []
        for file in ["/etc/apt/auth.conf"] + files(in: "/etc/apt/auth.conf.d", ending: ".conf") {
            if let text = try LocalFile.textIfThere(FilePath(file)) { logins.append(text) }
        }
        return AptSettings(sources: sources, transport: transport, logins: logins)
    }

    /// The lines of a dump that matter elsewhere too; those that name a program of this machine do not.
    static func transportLines(of dump: String) -> [String] {
        let wanted = [
            "Acquire::http::", "Acquire::https::", "Acquire::Check-Valid-Until ", "Acquire::Check-Date ",
            "Acquire::Retries ", "Acquire::ForceIPv4 ", "Acquire::ForceIPv6 ",
        ]
        return dump.split(whereSeparator: \.isNewline).map(String.init).filter { line in
            let name = line.prefix { $0 != " " }.lowercased()
            return wanted.contains { line.lowercased().hasPrefix($0.lowercased()) } && !line.hasSuffix(" \"\";")
                && !name.hasSuffix("proxy-auto-detect") && !name.hasSuffix("proxyautodetect")
        }
    }

    /// The value that a line of a dump sets.
    static func value(of line: String) -> String? {
        guard let open = line.firstIndex(of: "\""), let close = line.lastIndex(of: "\""), open < close else {
            return nil
        }
        return String(line[line.index(after: open)..<close])
    }

    /// The lines that hold in the image for good: nothing of proxies, certificates or passwords.
    var lasting: [String] {
        transport.filter { !$0.lowercased().hasPrefix("acquire::http") }
    }

    /// The proxies as the variables that debootstrap's download program reads.
    var proxyVariables: [String: String] {
        var variables: [String: String] = [:]
        for line in transport {
            let name = line.prefix { $0 != " " }.lowercased()
            guard name.hasSuffix("::proxy"), let value = Self.value(of: line), value != "DIRECT" else { continue }
            if name == "acquire::http::proxy" { variables["http_proxy"] = value }
            if name == "acquire::https::proxy" { variables["https_proxy"] = value }
        }
        return variables
    }

    /// The names and passwords as netrc(5) wants them: `machine` without a scheme or a path.
    var netrc: String {
        logins.flatMap { $0.split(whereSeparator: \.isNewline) }.filter { !$0.hasPrefix("#") }.map { line in
            var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            for index in words.indices.dropFirst() where words[index - 1] == "machine" {
                var host = words[index][...]
                if let scheme = host.firstRange(of: "://") { host = host[scheme.upperBound...] }
                words[index] = String(host.prefix { $0 != "/" })
            }
            return words.joined(separator: " ") + "\n"
        }.joined()
    }

    private static func files(in folder: String, ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }
    }

    /// Cloud images name their mirror in a file of its own: `mirror+file:/etc/apt/mirrors/debian.list`.
    private static func resolved(_ uri: String) throws(LabError) -> String {
        guard uri.hasPrefix("mirror+file:") else { return uri }
        let path = "/" + uri.dropFirst("mirror+file:".count).drop { $0 == "/" }
        let list = try LocalFile.textIfThere(FilePath(path)) ?? ""
        let lines = list.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        return lines.first?.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? uri
    }
}
