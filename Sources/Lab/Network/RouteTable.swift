/// The IPv4 routes of this machine, from the text of `/proc/net/route`.
struct RouteTable: Sendable, Hashable {
    /// The ranges that are routed somewhere; without the default route.
    var subnets: [Subnet]
    /// The interface of the default route.
    var defaultInterface: String?

    /// Reads the table: tab-separated columns, addresses as little-endian hexadecimal numbers.
    init(_ text: String) {
        subnets = []
        for line in text.split(whereSeparator: \.isNewline).dropFirst() {
            let columns = line.split(separator: "\t").map(\.trimmed)
            guard columns.count > 7, let destination = UInt32(columns[1], radix: 16),
                let mask = UInt32(columns[7], radix: 16)
            else { continue }
            if mask == 0 {
                defaultInterface = defaultInterface ?? columns[0]
            } else {
                subnets.append(Subnet(base: destination.byteSwapped, prefix: mask.nonzeroBitCount))
            }
        }
    }
}
