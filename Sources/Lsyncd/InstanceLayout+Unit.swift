extension InstanceLayout {
    private static let unitWords = ("lockstep-lsyncd@", ".service")

    /// The unit of an lsyncd, as systemd names it.
    static func unit(of instance: String) -> String { unitWords.0 + instance + unitWords.1 }

    /// The lsyncd whose unit that is; nil where it is another's.
    static func instance(ofUnit unit: Substring) -> String? {
        guard unit.hasPrefix(unitWords.0), unit.hasSuffix(unitWords.1) else { return nil }
        return String(unit.dropFirst(unitWords.0.count).dropLast(unitWords.1.count))
    }
}
