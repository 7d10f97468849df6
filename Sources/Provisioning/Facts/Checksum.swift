import Crypto

/// The SHA-256 of some bytes, as `sha256sum` prints it.
package func checksum(_ bytes: some Sequence<UInt8>) -> String {
    SHA256.hash(data: Array(bytes)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
