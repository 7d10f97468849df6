extension String {
    /// A mark that nothing else prints: 16 random bytes in hexadecimal.
    package static func randomMark() -> String {
        (0..<16).map { _ in
            let byte = UInt8.random(in: .min ... .max)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
