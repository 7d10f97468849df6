import RemoteHost
import SystemPackage

/// Reads secrets from file descriptors, each one line; of a descriptor that is named twice, both get the same.
struct SecretDescriptors {
    private static let longest = 64 << 10
    private var read: [Int32: Secret] = [:]

    /// The line behind a descriptor, which is closed then.
    mutating func secret(from descriptor: Int32, option: String) throws -> Secret {
        if let known = read[descriptor] { return known }
        var bytes: [UInt8] = []
        do {
            let file = FileDescriptor(rawValue: descriptor)
            var buffer = [UInt8](repeating: 0, count: 4096)
            // To the first line end and not to the end of the file: whoever writes may keep its side open.
            while !bytes.contains(UInt8(ascii: "\n")), bytes.count < Self.longest {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                if count == 0 { break }
                bytes += buffer.prefix(count)
            }
            // Standard input stays, since closed it would be given to the next file that is opened.
            if descriptor > 2 { try file.close() }
        } catch let error as Errno {
            throw CommandFailure(
                "\(option) \(descriptor) cannot be read: \(error)",
                hint: "open it in the same command: \(option) 3 3<FILE"
            )
        }
        var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw CommandFailure("\(option) \(descriptor) holds no line of text")
        }
        let secret = Secret(text)
        read[descriptor] = secret
        return secret
    }
}
