/// Checks fingerprints of host keys, as `ssh-keygen -l` prints them.
enum HostKeyFingerprint {
    /// Fingerprints with commas between them, each "SHA256:" and the 43 base64 characters of 32 bytes.
    static func checkedList(_ text: String) throws(SettingFault) -> String {
        var fingerprints: [String] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            fingerprints.append(try checked(word))
        }
        return fingerprints.joined(separator: ",")
    }

    private static func checked(_ word: Substring) throws(SettingFault) -> String {
        let trimmed = word.drop { $0 == " " }
        guard trimmed.hasPrefix("SHA256:") else {
            let isOld = trimmed.hasPrefix("MD5:") || trimmed.split(separator: ":").count == 16
            throw SettingFault(reason: isOld ? "MD5 is no longer safe; ssh-keygen -l -f FILE.pub shows the other" : nil)
        }
        var digits = trimmed.dropFirst("SHA256:".count)
        while digits.last == " " || digits.last == "=" { digits.removeLast() }
        guard digits.utf8.count == 43 else {
            throw SettingFault(reason: "a fingerprint has 43 characters behind 'SHA256:', not \(digits.utf8.count)")
        }
        let others: [UInt8] = [UInt8(ascii: "+"), UInt8(ascii: "/")]
        guard digits.utf8.allSatisfy({ SettingType.isLetterOrDigit($0) || others.contains($0) }),
            // 43 characters have two bits more than 32 bytes; those are zero.
            let last = digits.last, "AEIMQUYcgkosw048".contains(last)
        else { throw SettingFault(reason: "that is not base64 of a SHA-256 hash") }
        return "SHA256:\(digits)"
    }
}
