/// A range of IPv4 addresses, as in `10.77.0.0/22`.
struct Subnet: Sendable, Hashable, Codable {
    /// The first address, as a number.
    var base: UInt32
    /// How many leading bits all addresses share, 0 to 32.
    var prefix: Int

    /// A range; bits of `base` behind the prefix are cleared.
    init(base: UInt32, prefix: Int) {
        self.prefix = min(max(prefix, 0), 32)
        self.base = base & Self.mask(self.prefix)
    }

    /// The range that a text names; nil where it names none.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, let base = Self.address(first), parts.count <= 2 else { return nil }
        guard let prefix = parts.count == 2 ? Int(parts[1]) : 32, (0...32).contains(prefix) else { return nil }
        self.init(base: base, prefix: prefix)
    }

    /// The range as `10.77.0.0/22`.
    var text: String { "\(Self.text(base))/\(prefix)" }

    /// Whether the two ranges share an address.
    func overlaps(_ other: Subnet) -> Bool {
        let mask = Self.mask(min(prefix, other.prefix))
        return base & mask == other.base & mask
    }

    /// The n-th address of the range as text; 0 is the network itself, 1 the engine's bridge.
    func address(_ number: Int) -> String { Self.text(base + UInt32(number)) }

    /// The first of the lab's candidates that touches nothing in use.
    ///
    /// The candidates are the /22 ranges of 10.77.0.0/16, then those of 172.29.0.0/16.
    static func firstFree(besides used: [Subnet]) -> Subnet? {
        let starts: [UInt32] = [10 << 24 | 77 << 16, 172 << 24 | 29 << 16]
        for start in starts {
            for step in 0..<64 as Range<UInt32> {
                let candidate = Subnet(base: start + step << 10, prefix: 22)
                if !used.contains(where: candidate.overlaps) { return candidate }
            }
        }
        return nil
    }

    private static func mask(_ prefix: Int) -> UInt32 {
        prefix == 0 ? 0 : ~0 << UInt32(32 - prefix)
    }

    private static func text(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }.joined(separator: ".")
    }

    private static func address(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(UInt32?.some(0)) { sum, part in
            guard let sum, let part else { return nil }
            return sum << 8 | UInt32(part)
        }
    }
}
