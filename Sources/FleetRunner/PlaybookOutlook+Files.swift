package import Playbooks
package import Provisioning

/// A file of a host.
package struct HostFile: Sendable, Hashable {
    /// The host's name.
    package var host: String
    /// The file.
    package var file: WantedFile

    /// Makes a file of a host.
    package init(host: String, file: WantedFile) {
        self.host = host
        self.file = file
    }
}

extension PlaybookOutlook {
    /// The files that the playbook puts on hosts: host by host, in the order in which tasks first name them. Several tasks
    /// may put lines into one file.
    package func files(on hosts: [String]) throws(PlaybookError) -> [HostFile] {
        var files: [String: [WantedFile]] = [:]
        var places: [HostPath: Int] = [:]
        let wanted = Set(hosts)
        for instance in instances where wanted.contains(instance.host) {
            for file in try module(of: instance).files {
                let path = HostPath(host: instance.host, path: file.path)
                if let place = places[path], let first = files[instance.host]?[place] {
                    files[instance.host]?[place] = first.followed(by: file)
                } else {
                    places[path] = files[instance.host, default: []].count
                    files[instance.host, default: []].append(file)
                }
            }
        }
        return hosts.flatMap { host in (files[host] ?? []).map { HostFile(host: host, file: $0) } }
    }
}

/// A place on a host.
private struct HostPath: Hashable {
    var host: String
    var path: String
}
