import INIFile
import SecureShell

extension HostExplanation: Encodable {
    private enum Key: String, CodingKey {
        case event, host, role, master, place, groups, mirrors, way, settings, variables
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode("explained", forKey: .event)
        try object.encode(host, forKey: .host)
        switch role {
        case .master: try object.encode("master", forKey: .role)
        case .slave(let master):
            try object.encode("slave", forKey: .role)
            try object.encode(master, forKey: .master)
        case .none: break
        }
        try object.encode(position.fileAndLine, forKey: .place)
        try object.encode(groups, forKey: .groups)
        try object.encode(mirrors, forKey: .mirrors)
        try object.encode(way, forKey: .way)
        try object.encode(settings, forKey: .settings)
        try object.encode(variables, forKey: .variables)
    }
}

extension HostExplanation.Fact: Encodable {
    private enum Key: String, CodingKey {
        case name, value, source, remarks, overrides
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encode(name, forKey: .name)
        try object.encode(value, forKey: .value)
        try object.encode(source, forKey: .source)
        if !remarks.isEmpty { try object.encode(remarks, forKey: .remarks) }
        if !overridden.isEmpty { try object.encode(overridden, forKey: .overrides) }
    }
}

extension FactSource: Encodable {
    private enum Key: String, CodingKey {
        case kind, name, group, place, detail
    }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        switch self {
        case .variable(let name, let owner, let position):
            try object.encode("variable", forKey: .kind)
            try object.encode(name, forKey: .name)
            if case .group(let group) = owner { try object.encode(group, forKey: .group) }
            try object.encode(position.fileAndLine, forKey: .place)
        case .section(let title, let position):
            try object.encode("section", forKey: .kind)
            try object.encode(title, forKey: .name)
            try object.encode(position.fileAndLine, forKey: .place)
        case .argument(let name, let origin):
            try object.encode("argument", forKey: .kind)
            try object.encode(name, forKey: .name)
            try object.encode(origin.description, forKey: .place)
        case .configuration(let origin):
            try object.encode("ssh_config", forKey: .kind)
            try object.encode(origin.description, forKey: .place)
        case .knownHosts(let location):
            try object.encode("known_hosts", forKey: .kind)
            try object.encode(location.description, forKey: .place)
        case .option(let name):
            try object.encode("option", forKey: .kind)
            try object.encode(name, forKey: .name)
        case .environment(let name):
            try object.encode("environment", forKey: .kind)
            try object.encode(name, forKey: .name)
        case .standard(let detail):
            try object.encode("default", forKey: .kind)
            try object.encodeIfPresent(detail, forKey: .detail)
        }
    }
}
