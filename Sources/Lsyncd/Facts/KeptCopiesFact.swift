package import Provisioning

/// What a master knows of the copies that it keeps: their settings, the fleets that made them, the slaves' host keys.
package struct KeptCopiesFact: SingleFact {
    package static let kind = "kept-copies"
    package typealias Value = KeptCopies

    package init() {}

    package var script: String {
        """
        cd /etc/lockstep 2>/dev/null || exit 0
        grep -HsE '^    (source|target|host|user|address|port|delay) *= "' lsyncd/*.lua | sed 's,^lsyncd/,setting ,'
        grep -Hs '^    .*"' fleets/*.lua | sed 's,^fleets/,fleet ,'
        grep -sE '^[^ #]+ [^ ]+ [^ ]+$' known_hosts | sed 's/^/known /'
        :
        """
    }

    package func value(in output: ProbeOutput) throws(PlanError) -> KeptCopies { KeptCopies(output.lines) }
}

/// What a master's own files say of the copies that it keeps.
package struct KeptCopies: Sendable, Hashable {
    /// The settings of each copy.
    private var settings: [String: [String: String]] = [:]
    /// The word of the fleet that made each copy.
    private var fleets: [String: String] = [:]
    /// The sources of that fleet.
    private var sources: [String: [String]] = [:]
    /// The host keys by which the master knows each slave: base64.
    private var keys: [String: [String]] = [:]

    /// Reads what the fact's script printed.
    init(_ lines: [Substring]) {
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
            guard let value = LuaString.first(in: text) else { continue }
            let key = String(text.prefix { $0 != " " && $0 != "=" && $0 != "\"" })
            switch (line[..<space], key) {
            case ("setting", _): settings[copy, default: [:]][key] = value
            case ("fleet", "fleet"): fleets[copy] = value
            case ("fleet", ""): sources[copy, default: []].append(value)
            default: continue
            }
        }
    }

    /// How long changes to each copy are gathered before they are sent, in seconds.
    package var delays: [String: Double] { settings.compactMapValues { $0["delay"].flatMap(Double.init) } }

    /// The copies of which there are settings.
    var names: Set<String> { Set(settings.keys) }

    /// The copies, in order of their names.
    ///
    /// - Parameter keepers: the lsyncd that keeps each copy, by the copy's name; settings that none keeps are skipped.
    func copies(keptBy keepers: [String: String]) -> [KeptCopy] {
        settings.sorted { $0.key < $1.key }.compactMap { name, setting in
            guard let keeper = keepers[name], let source = setting["source"], let target = setting["target"],
                let host = setting["host"], let address = setting["address"], let port = setting["port"]
            else { return nil }
            let user = setting["user"] ?? "root"
            return KeptCopy(
                name: name,
                keeper: keeper,
                source: source,
                place: CopyPlace(host: host, address: address, port: port, user: user, target: target),
                fleet: fleets[name].map { FleetIdentity(word: $0, sources: sources[name] ?? [source]) },
                keys: keys[host] ?? []
            )
        }
    }
}
