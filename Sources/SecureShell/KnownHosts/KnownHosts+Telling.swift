/// A key by which a host is known, as people are told of it.
package struct KnownKey: Sendable, Hashable {
    /// The key's type: "ssh-ed25519".
    package var type: String
    /// The key's fingerprint: "SHA256:…".
    package var fingerprint: String
    /// The line that holds it.
    package var location: KnownHostsLocation
}

extension KnownHosts {
    /// The keys by which a host would be known if it were connected to now; none where its key would be new.
    package func keys(of destination: SSHDestination) -> [KnownKey] {
        everything(of: HostNames(destination)).keys.map { entry in
            KnownKey(
                type: entry.keyType,
                fingerprint: HostKey(base64: entry.key)?.fingerprint ?? "unreadable",
                location: entry.location
            )
        }
    }
}
