import Crypto
import FoundationEssentials
import Provisioning
import RemoteHost

/// A tarball of lsyncd's sources on this machine.
struct LsyncdTarball: Sendable {
    /// Its name, without folders.
    let name: String
    /// The first half of its SHA-256, in hexadecimal.
    let digest: String
    private let bytes: Data

    /// The largest that is read: lsyncd's own have a fifth of a MiB.
    private static let mostBytes = 16 << 20

    /// Reads one.
    init(readAt path: String) throws(ArgumentError) {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ArgumentError("source", "lsyncd_source: '\(path)' cannot be read")
        }
        guard bytes.count <= Self.mostBytes else {
            throw ArgumentError("source", "lsyncd_source: '\(path)' is too large for a tarball of lsyncd's sources")
        }
        name = path.split(separator: "/").last.map(String.init) ?? path
        digest = SHA256.hash(data: bytes).prefix(16).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        self.bytes = bytes
    }

    /// A script that builds it on a host and puts what comes of it into a directory, wholly or not at all.
    ///
    /// Only the program is taken: a manual page would need more to be built with.
    ///
    /// - Parameters:
    ///   - place: the directory.
    ///   - tools: the packages that were installed for it.
    func build(into place: String, with tools: [String]) -> String {
        """
        (
        new=$(mktemp -d /var/tmp/lockstep-build.XXXXXX)
        trap 'rm -rf "$new"' EXIT
        \(bytes.script(writing: "\"$new/source.tar\""))
        mkdir "$new/source" "$new/build"
        tar -xf "$new/source.tar" -C "$new/source" --strip-components=1 --no-same-owner 2>"$new/log" || {
            tail -n 3 "$new/log"; echo \(shellQuoted("\(name) is no tarball")); exit 1
        }
        version=$(sed -n 's/^lsyncd_version *= *.\\([0-9.]*\\).*/\\1/p' "$new/source/lsyncd.lua" 2>/dev/null || :)
        case $version in
        2.2.[2-9]*|2.[3-9].*|2.[1-9][0-9]*|[3-9]*) ;;
        '') echo \(shellQuoted("\(name) holds no lsyncd")); exit 1 ;;
        *) echo \(shellQuoted(name)) "holds lsyncd $version: 2.2.2 or later is needed"; exit 1 ;;
        esac
        find_lua() {
            for v in 5.3 5.4 5.1 ''; do
                interpreter=$(command -v "lua$v" || command -v "lua${v%.*}${v#*.}" || :)
                compiler=$(command -v "luac$v" || command -v "luac${v%.*}${v#*.}" || :)
                for include in "/usr/include/lua$v" /usr/include; do
                    for library in /usr/lib/*/"liblua$v.so" "/usr/lib64/liblua$v.so" "/usr/lib/liblua$v.so" \
        "/usr/lib/lua$v/liblua.so"; do
                        [ -n "$interpreter" ] && [ -n "$compiler" ] && [ -f "$include/lua.h" ] && [ -f "$library" ] && return
                    done
                done
            done
            echo 'no Lua was found to build with'
            return 1
        }
        find_lua
        cd "$new/build"
        {
            cmake -DCMAKE_BUILD_TYPE=Release -DCMAKE_POLICY_VERSION_MINIMUM=3.5 -DLUA_EXECUTABLE="$interpreter" \
        -DLUA_COMPILER="$compiler" -DLUA_INCLUDE_DIR="$include" -DLUA_LIBRARY="$library" -DLUA_LIBRARIES="$library" ../source &&
                make lsyncd
        } >"$new/log" 2>&1 || { tail -n 8 "$new/log"; exit 1; }
        ./lsyncd --version >/dev/null
        rm -rf -- \(shellQuoted(place + ".new"))
        mkdir -p -- \(shellQuoted(place + ".new/bin"))
        cp lsyncd \(shellQuoted(place + ".new/bin/lsyncd"))
        printf '%s\\n' \(shellQuoted("tarball: \(name)")) "version: $version" "lua: $interpreter" \
        \(shellQuoted("packages installed to build it: \(tools.isEmpty ? "none" : tools.joined(separator: " "))")) \
        >\(shellQuoted(place + ".new/SOURCE"))
        flush \(shellQuoted(place + ".new/bin/lsyncd"))
        flush \(shellQuoted(place + ".new/SOURCE"))
        rm -rf -- \(shellQuoted(place))
        put_in_place \(shellQuoted(place + ".new")) \(shellQuoted(place))
        )
        """
    }
}
