/// Reads the times of OpenSSH: `90`, `1m30s`, `2h`.
enum TimeFormat {
    /// The seconds of a time; none where it is not one, or too long to count.
    static func seconds(_ text: some StringProtocol) -> Int? {
        let limit = Int(Int32.max)
        var total = 0
        var number: Int?
        guard !text.isEmpty else { return nil }
        for byte in text.utf8 {
            if (48...57).contains(byte) {
                let value = (number ?? 0) * 10 + Int(byte - 48)
                guard value <= limit else { return nil }
                number = value
                continue
            }
            guard let count = number, let unit = unit(byte), count * unit <= limit - total else { return nil }
            total += count * unit
            number = nil
        }
        guard total + (number ?? 0) <= limit else { return nil }
        return total + (number ?? 0)
    }

    private static func unit(_ byte: UInt8) -> Int? {
        switch byte | 0x20 {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3600
        case UInt8(ascii: "d"): 86400
        case UInt8(ascii: "w"): 604_800
        default: nil
        }
    }
}
