import SystemPackage

@testable import SecureShell

/// Times what known_hosts costs a run: `KnownHostsBenchmark FILE PORT KEY <ADDRESSES`, where each of the addresses shows
/// the key, given in base64. Prints the milliseconds for reading the file and for all addresses together.
@main struct KnownHostsBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let port = Int(arguments[2]), let key = HostKey(base64: arguments[3]) else {
            fatalError("usage: KnownHostsBenchmark FILE PORT KEY <ADDRESSES")
        }
        var addresses: [String] = []
        while let line = readLine() { addresses.append(line) }
        let begin = ContinuousClock.now
        let known = try KnownHosts(files: [FilePath(arguments[1])])
        let read = ContinuousClock.now
        for (number, address) in addresses.enumerated() {
            // As each connection does: what is known beforehand decides what is asked for, then the key is looked up.
            let host = HostNames(address: address, port: port, alias: "host\(number)")
            _ = known.knowledge(of: host).preferredTypes(supported: ["ssh-ed25519", "ecdsa-sha2-nistp256"])
            guard known.knowledge(of: host, showing: key).verdict(on: key) == .match else {
                fatalError("\(address) is not known by that key")
            }
        }
        let end = ContinuousClock.now
        print((read - begin).milliseconds, (end - read).milliseconds)
    }
}

extension Duration {
    fileprivate var milliseconds: Double { self / .milliseconds(1) }
}
