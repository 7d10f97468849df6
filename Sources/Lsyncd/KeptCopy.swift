import RemoteHost

/// A copy that the master keeps, as its settings there tell of it.
package struct KeptCopy: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// The lsyncd that keeps it.
    package var keeper: String
    /// The directory on the master.
    package var source: String
    /// Where it is written.
    package var place: CopyPlace
    /// The fleet that made it, as noted there; of a copy without a note, the one that mirrors its source.
    package var fleet: FleetIdentity
    /// The host keys by which the master knows the slave: base64.
    package var keys: [String]

    /// Makes a kept copy.
    package init(
        name: String,
        keeper: String,
        source: String,
        place: CopyPlace,
        fleet: FleetIdentity? = nil,
        keys: [String] = []
    ) {
        self.name = name
        self.keeper = keeper
        self.source = source
        self.place = place
        self.fleet = fleet ?? FleetIdentity(word: nil, sources: [source])
        self.keys = keys
    }
}

extension KeptCopy {
    /// A sh script that prints the settings of all copies, the fleets that made them, and the slaves' host keys.
    static func script(folder: String = "/etc/lockstep") -> String {
        """
        (
            cd \(shellQuoted(folder)) || exit
            grep -HsE '^    (source|target|host|user|address|port) *= "' lsyncd/*.lua | sed 's,^lsyncd/,setting ,'
            grep -Hs '^    .*"' fleets/*.lua | sed 's,^fleets/,fleet ,'
            grep -sE '^[^ #]+ [^ ]+ [^ ]+$' known_hosts | sed 's/^/known /'
        )
        """
    }

    /// The first words of the lines that the script prints.
    static let lineWords: Set<Substring> = ["setting", "fleet", "known"]

    /// The copies of whose settings the script printed lines.
    static func names(in lines: [Substring]) -> Set<String> {
        Set(
            lines.compactMap { line in
                guard line.hasPrefix("setting "), let mark = line.firstRange(of: ".lua:") else { return nil }
                return String(line[..<mark.lowerBound].dropFirst("setting ".count))
            }
        )
    }

    /// Reads what the script printed.
    ///
    /// - Parameter keepers: the lsyncd that keeps each copy, by the copy's name; settings that none keeps are skipped.
    static func copies(in lines: [Substring], keepers: [String: String]) -> [KeptCopy] {
        var settings: [String: [String: String]] = [:]
        var words: [String: String] = [:]
        var sources: [String: [String]] = [:]
        var keys: [String: [String]] = [:]
        for line in lines {
            guard let space = line.firstIndex(of: " ") else { continue }
            let rest = line[line.index(after: space)...]
            if line.hasPrefix("known ") {
                let fields = rest.split(separator: " ")
                if fields.count == 3 { keys[String(fields[0]), default: []].append(String(fields[2])) }
                continue
            }
            guard let mark = rest.firstRange(of: ".lua:") else { continue }
            let copy = String(rest[..<mark.lowerBound])
            let text = rest[mark.upperBound...].drop { $0 == " " }
            let key = String(text.prefix { $0 != " " && $0 != "=" && $0 != "\"" })
            guard let value = LuaString.first(in: text) else { continue }
            switch (line[..<space], key) {
            case ("setting", _): settings[copy, default: [:]][key] = value
            case ("fleet", "fleet"): words[copy] = value
            case ("fleet", ""): sources[copy, default: []].append(value)
            default: continue
            }
        }
        return settings.sorted { $0.key < $1.key }.compactMap { name, setting in
            guard let keeper = keepers[name], let source = setting["source"], let target = setting["target"],
                let host = setting["host"], let address = setting["address"], let port = setting["port"]
            else { return nil }
            let user = setting["user"] ?? "root"
            return KeptCopy(
                name: name,
                keeper: keeper,
                source: source,
                place: CopyPlace(host: host, address: address, port: port, user: user, target: target),
                fleet: words[name].map { FleetIdentity(word: $0, sources: sources[name] ?? [source]) },
                keys: keys[host] ?? []
            )
        }
    }
}
