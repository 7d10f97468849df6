extension Canary {
    /// The shell function `keep_time`, to be run in the background: it ends the script that started it at its
    /// deadline, and removes the canary after one that was killed and could not.
    ///
    /// It lives as long as the script, so that its number is never another process's when the script ends it; a signal
    /// that comes too early for a new process is lost, so it also looks for the script each second.
    func timekeeper(lifetime: Duration) -> String {
        """
        keep_time() {
            nap=
            trap 'kill $nap; exit' TERM
            left=\(max(1, lifetime.wholeSeconds))
            while true; do
                sleep 1 &
                nap=$!
                wait "$nap"
                kill -0 $$ || break
                left=$((left - 1))
                [ "$left" -ne 0 ] || kill -TERM $$
            done
            rm -rf "$canary"
        }
        """
    }

    /// A path that no command takes for an option and no shell looks up elsewhere, without slashes at its end.
    func directoryPath(_ path: String) -> String {
        var bytes = Array(path.utf8)
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        let isRelative = path.utf8.first != UInt8(ascii: "/")
        return (isRelative ? "./" : "") + String(decoding: bytes, as: UTF8.self)
    }
}

extension Duration {
    /// The least whole number of seconds that is not shorter.
    var wholeSeconds: Int64 { components.seconds + (components.attoseconds > 0 ? 1 : 0) }

    /// The number of whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
